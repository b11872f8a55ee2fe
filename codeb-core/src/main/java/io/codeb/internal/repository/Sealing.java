package io.codeb.internal.repository;

import io.codeb.spi.codec.Codec;
import java.util.List;
import java.util.Optional;

/**
 * What the entries of one backup go through.
 *
 * @param chain in the order of writing; where it encrypts, to the backup's own key
 * @param key that own key; empty where nothing is encrypted
 */
record Sealing(List<Codec> chain, Optional<BackupKey> key) {
    Sealing {
        chain = List.copyOf(chain);
    }

    /** Puts a key of its own in the place of the recipients'. */
    static Sealing with(BackupKey key, List<Codec> chain) {
        return new Sealing(replaced(key.own(), chain), Optional.of(key));
    }

    /** The same chain with a backup's own codec instead of the one of its kind. */
    static List<Codec> replaced(Codec own, List<Codec> chain) {
        return chain.stream()
                .map(codec -> codec.id().equals(own.id()) ? own : codec)
                .toList();
    }

    /** The ids that the manifest records. */
    List<String> ids() {
        return chain.stream().map(Codec::id).toList();
    }

    /** Who can read it; empty where everybody can. */
    List<String> recipients() {
        return key.map(found -> found.codec().recipients()).orElse(List.of());
    }
}
