package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.codeb.model.BackupRef;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What lies beside a manifest as {@code manifest.sig}. Nothing of it is believed before it is checked.
 *
 * @param version {@value #VERSION}
 * @param key the public key that belongs to the one that has signed
 * @param backup which one was signed, as {@code repository/project/id}
 * @param signature Base64 of the 64 bytes of Ed25519 over {@link #message}
 */
record ManifestSignature(
        int version,
        @Nullable String key,
        @Nullable String backup,
        @Nullable String signature) {
    static final int VERSION = 1;

    static ManifestSignature of(SigningKeys.Pair pair, BackupRef place, byte[] manifest) {
        return new ManifestSignature(
                VERSION,
                SigningKeys.name(pair.publicKey()),
                place.toString(),
                Base64.getEncoder().encodeToString(SigningKeys.sign(pair.key(), message(place, manifest))));
    }

    /** Which backup was signed; nothing when that is no name of any. */
    Optional<BackupRef> place() {
        try {
            return backup == null ? Optional.empty() : Optional.of(BackupRef.parse(backup));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What is signed: two lines, and the bytes of the manifest. */
    static byte[] message(BackupRef place, byte[] manifest) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(("codeb manifest " + VERSION + "\n" + place + "\n").getBytes(US_ASCII));
        message.writeBytes(manifest);
        return message.toByteArray();
    }

    /** The signature itself; nothing when it is no text of one. */
    Optional<byte[]> bytes() {
        try {
            return signature == null
                    ? Optional.empty()
                    : Optional.of(Base64.getDecoder().decode(signature));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
