package io.codeb.internal.repository;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.internal.io.VerifyingSource;
import io.codeb.model.Entry;
import io.codeb.model.Manifest;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSource;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the entries of one backup, which many threads may do at once. Its key is looked for once. */
public final class BackupReader {
    private final BackupStore store;
    private final Manifest manifest;
    private @Nullable Codec own;

    BackupReader(BackupStore store, Manifest manifest) {
        this.store = store;
        this.manifest = manifest;
    }

    /**
     * Finds the backup's key, if it has one, before anything is done with what is in it.
     *
     * @throws ConfigException {@code KEY_MISSING} when there is no private key here
     * @throws IntegrityException {@code KEY_WRONG} when those that are here do not open it
     */
    public synchronized void unlock() {
        if (manifest.encrypted() && own == null) {
            own = store.key(manifest).own();
        }
    }

    /**
     * Whether entries can be read, and not only as they are stored.
     *
     * @return false when there is no private key here
     * @throws IntegrityException {@code KEY_WRONG} when those that are here do not open it
     */
    public boolean canDecode() {
        try {
            unlock();
            return true;
        } catch (ConfigException e) {
            if (e.code() == ErrorCode.KEY_MISSING) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Opens an entry for reading. Its end proves that both digests hold.
     *
     * @param entry one of the backup's
     * @return the plain bytes
     */
    public ByteSource open(Entry entry) {
        unlock();
        List<Codec> chain = chain(entry);
        return new VerifyingSource(
                new OwnKeySource(BackupStore.decoded(chain, openStored(entry)), entry.name(), manifest.encrypted()),
                "entry " + entry.name() + ", decoded,",
                entry.rawSize(),
                entry.rawSha256());
    }

    private synchronized List<Codec> chain(Entry entry) {
        List<Codec> chain = store.readers(entry.codecs());
        Codec key = own;
        return key == null ? chain : Sealing.replaced(key, chain);
    }

    /**
     * Opens an entry as it is stored. Its end proves that the digest of that holds.
     *
     * @param entry one of the backup's
     * @return the bytes, compressed and encrypted
     */
    public ByteSource openStored(Entry entry) {
        return store.openStored(manifest, entry);
    }

    /** The key that is beside the entries is the right one, or somebody has changed one of them. */
    private static final class OwnKeySource extends FilterSource {
        private final String entry;
        private final boolean ownKey;

        OwnKeySource(ByteSource upstream, String entry, boolean ownKey) {
            super(upstream);
            this.entry = entry;
            this.ownKey = ownKey;
        }

        @Override
        protected int supply(ByteBuffer dst) {
            try {
                return upstream().read(dst);
            } catch (IntegrityException e) {
                if (!ownKey || e.code() != ErrorCode.KEY_WRONG) {
                    throw e;
                }
                throw new IntegrityException(
                        ErrorCode.CORRUPT,
                        "entry " + entry + " was not encrypted to the key that is stored beside it",
                        "one of them was exchanged: use another copy or another backup",
                        e);
            }
        }
    }
}
