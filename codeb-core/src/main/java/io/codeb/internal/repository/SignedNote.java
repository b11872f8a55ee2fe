package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who has written a journal. Nothing of it is believed before it is checked.
 *
 * @param version {@value #VERSION}
 * @param key the public key that belongs to the one that has signed
 * @param value Base64 of the 64 bytes of Ed25519 over {@link #message}
 */
record SignedNote(
        int version, @Nullable String key, @Nullable String value) {
    static final int VERSION = 1;

    static SignedNote of(SigningKeys.Pair pair, String place, byte[] state) {
        byte[] signature = SigningKeys.sign(pair.key(), message(place, state));
        return new SignedNote(
                VERSION, SigningKeys.name(pair.publicKey()), Base64.getEncoder().encodeToString(signature));
    }

    /** What is signed: two lines, and the JSON of the state. */
    static byte[] message(String place, byte[] state) {
        byte[] head = ("codeb journal " + VERSION + "\n" + place + "\n").getBytes(UTF_8);
        byte[] message = new byte[head.length + state.length];
        System.arraycopy(head, 0, message, 0, head.length);
        System.arraycopy(state, 0, message, head.length, state.length);
        return message;
    }

    /** The signature itself; nothing when it is no text of one. */
    Optional<byte[]> bytes() {
        try {
            return value == null
                    ? Optional.empty()
                    : Optional.of(Base64.getDecoder().decode(value));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
