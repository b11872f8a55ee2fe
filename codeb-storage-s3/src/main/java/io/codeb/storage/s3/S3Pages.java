package io.codeb.storage.s3;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** What stands on the pages of a listing, which are asked for one after the other when they are needed. */
final class S3Pages<T> implements Iterator<T> {
    private final Pages pages;
    private final Function<ListObjectsV2Response, Stream<@Nullable T>> content;
    private Iterator<T> page = Collections.emptyIterator();
    private @Nullable String continuation;
    private boolean lastPage;

    /** Asks for a page: the first one by null. */
    interface Pages {
        ListObjectsV2Response after(@Nullable String continuation);
    }

    /** Nulls of the content are passed over. */
    S3Pages(Pages pages, Function<ListObjectsV2Response, Stream<@Nullable T>> content) {
        this.pages = pages;
        this.content = content;
    }

    @Override
    public boolean hasNext() {
        while (!page.hasNext() && !lastPage) {
            ListObjectsV2Response next = pages.after(continuation);
            continuation = next.nextContinuationToken();
            lastPage = !Boolean.TRUE.equals(next.isTruncated()) || continuation == null;
            page = content.apply(next).filter(Objects::nonNull).iterator();
        }
        return page.hasNext();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.next();
    }
}
