package io.codeb.storage.s3;

import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What stands on the pages of a listing, which are asked for one after the other when they are needed. Where the store
 * does not say how to go on, or goes in circles, that is an error: a listing that ends early would hide objects.
 *
 * @param <P> a page
 * @param <T> what stands on it
 */
final class S3Pages<P, T> implements Iterator<T> {
    /** A store may answer a page with nothing on it, where much was deleted. */
    private static final int EMPTY_PAGES = 1_000;

    private final Function<@Nullable P, P> pages;
    private final Function<P, @Nullable String> continuations;
    private final Function<P, List<T>> content;
    private final Set<String> seen = new HashSet<>();
    private Iterator<T> onPage = Collections.emptyIterator();
    private @Nullable P page;
    private boolean lastPage;

    /**
     * Begins before the first page.
     *
     * @param pages asks for the page after another one, or for the first one where that is null
     * @param continuations answers how the store goes on after a page, an empty string where it does not say, and null
     *     for the last page
     * @param content answers what stands on a page
     */
    S3Pages(Function<@Nullable P, P> pages, Function<P, @Nullable String> continuations, Function<P, List<T>> content) {
        this.pages = pages;
        this.continuations = continuations;
        this.content = content;
    }

    @Override
    public boolean hasNext() {
        int empty = 0;
        while (!onPage.hasNext() && !lastPage) {
            P next = pages.apply(page);
            String continuation = continuations.apply(next);
            if (continuation != null && continuation.isEmpty()) {
                throw BadAnswerException.wrong("a page of a listing says that there are more, and not which");
            }
            if (continuation != null && !seen.add(continuation)) {
                throw BadAnswerException.wrong("a listing goes in circles");
            }
            page = next;
            lastPage = continuation == null;
            onPage = content.apply(next).iterator();
            if (!onPage.hasNext() && ++empty > EMPTY_PAGES) {
                throw BadAnswerException.wrong("a listing has " + empty + " pages with nothing on them");
            }
        }
        return onPage.hasNext();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return onPage.next();
    }
}
