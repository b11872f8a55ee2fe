package io.codeb.spi.codec;

import io.codeb.model.Secret;
import java.util.List;

/**
 * A codec that encrypts to public keys: whoever has these can write, and only who has a private key can read.
 *
 * <p>A repository does not write entries through it as it is. It makes a key for each backup, by {@link #newKey()}, and
 * writes the entries through {@link #with}, while the key itself rests beside them, written through this codec: so
 * recipients are changed by writing one small object anew, whatever the backup's size. The {@link #extension()} is not
 * empty: it names that object.
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
