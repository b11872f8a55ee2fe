package io.codeb.storage.local;

import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StoredObject;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Walks objects in the order of their keys. Holds what is in the folders on the way to where it is, so its memory grows
 * with the largest folder and not with the storage.
 */
final class Listing implements Iterator<StoredObject> {
    private final Failures failures;
    private final Deque<Iterator<FolderEntry>> open = new ArrayDeque<>();
    private @Nullable StoredObject next;

    /**
     * Starts before the first object.
     *
     * @param folder where to look
     * @param prefix the folder's own key; empty for the root
     */
    Listing(Path folder, String prefix, Failures failures) {
        this.failures = failures;
        open.push(FolderEntry.in(folder, prefix, failures).iterator());
    }

    @Override
    public boolean hasNext() {
        while (next == null && !open.isEmpty()) {
            if (!open.element().hasNext()) {
                open.pop();
                continue;
            }
            FolderEntry entry = open.element().next();
            if (entry.isFolder()) {
                open.push(FolderEntry.in(entry.path(), entry.key(), failures).iterator());
            } else {
                next = LocalStorage.objectOf(new ObjectKey(entry.key()), entry.attributes());
            }
        }
        return next != null;
    }

    @Override
    public StoredObject next() {
        StoredObject object = hasNext() ? next : null;
        if (object == null) {
            throw new NoSuchElementException();
        }
        next = null;
        return object;
    }
}
