package io.codeb.age;

import io.codeb.model.Secret;
import java.util.Objects;

/**
 * A private key of age and the public key that belongs to it, as {@code age-keygen} makes them.
 *
 * @param identity the private key: one line, {@code AGE-SECRET-KEY-1…}
 * @param recipient the public key, {@code age1…}
 */
public record AgeKeyPair(Secret identity, String recipient) {
    /** Takes no null. */
    public AgeKeyPair {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(recipient, "recipient");
    }

    /**
     * Makes a new one, from the system's strong source of chance.
     *
     * @return nobody else has it
     */
    public static AgeKeyPair generate() {
        String identity = Keys.generate();
        return new AgeKeyPair(Secret.of(identity), Keys.recipientOf(identity));
    }
}
