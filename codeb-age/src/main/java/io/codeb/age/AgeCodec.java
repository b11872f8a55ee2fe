package io.codeb.age;

import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Secret;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Encryption in the format of age-encryption.org/v1, to X25519 keys. */
record AgeCodec(List<String> to, Optional<Secret> identity) implements KeyedCodec {
    static final String ID = "age";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String extension() {
        return ".age";
    }

    @Override
    public ByteSink encode(ByteSink downstream) {
        if (to.isEmpty()) {
            throw new ConfigException(
                    "age has no recipient to encrypt to", "name the public keys with encryptTo(…) of the repository");
        }
        return new AgeEncodingSink(downstream, to.stream().map(Keys::writer).toList());
    }

    @Override
    public ByteSource decode(ByteSource upstream) {
        Secret keys = identity.orElseThrow(() -> new ConfigException(
                ErrorCode.KEY_MISSING,
                List.of("what is stored is encrypted, and there is no private key here to read it with"),
                "give one that it was encrypted to, with identity(…) of the repository"));
        return new AgeDecodingSource(upstream, Keys.readers(keys.reveal()));
    }

    @Override
    public Secret newKey() {
        return Secret.of(Keys.generate());
    }

    @Override
    public Codec with(Secret key) {
        try {
            return new AgeCodec(List.of(Keys.recipientOf(key.reveal())), Optional.of(key));
        } catch (IllegalArgumentException e) {
            throw new IntegrityException(
                    ErrorCode.CORRUPT,
                    "what should be the backup's own key is none",
                    "it was not written by CodeB: restore another backup or a copy of this one");
        }
    }

    @Override
    public List<String> recipients() {
        return to.stream().map(AgeCodec::fingerprint).toList();
    }

    private static String fingerprint(String recipient) {
        try {
            byte[] text = recipient.getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean reads() {
        return identity.isPresent();
    }
}
