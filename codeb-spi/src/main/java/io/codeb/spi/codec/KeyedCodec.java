package io.codeb.spi.codec;

import io.codeb.model.Secret;
import java.util.List;

/**
 * A codec that encrypts to public keys: whoever has these can write, and only who has a private key can read.
 *
 * <p>It can make a key for one backup, by {@link #newKey()}, whose entries are then written through {@link #with} while
 * the key itself rests beside them, written through this codec: so recipients are changed by writing one small object
 * anew, whatever the backup's size. Repositories do not do that yet; they write entries through this codec itself.
 */
public interface KeyedCodec extends Codec {
    /** The longest key that {@link #newKey()} makes, in bytes of UTF-8. */
    int MAX_KEY_BYTES = 1024;

    /**
     * Makes a fresh key from a cryptographically strong source.
     *
     * @return what {@link #with} takes, at most {@value #MAX_KEY_BYTES} bytes in the form that public tools read
     */
    Secret newKey();

    /**
     * A codec of the same format that writes to one key and reads with it, and knows no other.
     *
     * @param key of {@link #newKey()}
     * @return the codec
     * @throws io.codeb.error.IntegrityException {@code CORRUPT} when this is no key
     */
    Codec with(Secret key);

    /**
     * Names those who can read what this codec writes, so that a key can be told to be one of theirs.
     *
     * @return the SHA-256 of each public key's text, 64 lower-case hexadecimal digits, in the order of the
     *     configuration; empty for a codec that is configured for reading alone
     */
    List<String> recipients();

    /**
     * Whether it was given what reading takes. Whether that is the right one, only reading tells.
     *
     * @return false where {@link #decode} throws {@code KEY_MISSING}
     */
    boolean reads();
}
