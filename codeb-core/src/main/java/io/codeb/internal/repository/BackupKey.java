package io.codeb.internal.repository;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.internal.io.InputStreamSource;
import io.codeb.internal.io.OutputStreamSink;
import io.codeb.model.Secret;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * The key of one backup: its entries are encrypted to it, and it rests beside them, encrypted to the recipients of the
 * repository. So these are changed by writing it anew, however large the backup is.
 *
 * @param codec encrypts it to the recipients, or decrypts it with what one of them has
 * @param secret the key itself
 */
record BackupKey(KeyedCodec codec, Secret secret) {
    static BackupKey fresh(KeyedCodec codec) {
        return new BackupKey(codec, codec.newKey());
    }

    /** What entries are written and read through. */
    Codec own() {
        return codec.with(secret);
    }

    /** The same key for other recipients. */
    BackupKey to(KeyedCodec recipients) {
        return new BackupKey(recipients, secret);
    }

    /** What rests beside the entries: a line of text, encrypted. */
    byte[] wrapped() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ByteSink sink = codec.encode(new OutputStreamSink(bytes))) {
            sink.write(ByteBuffer.wrap((secret.reveal() + "\n").getBytes(UTF_8)));
            sink.finish();
        }
        return bytes.toByteArray();
    }

    /** Reads what {@link #wrapped()} wrote. */
    static BackupKey unwrap(KeyedCodec codec, byte[] wrapped) {
        ByteBuffer text = ByteBuffer.allocate(KeyedCodec.MAX_KEY_BYTES + 2);
        ByteSource stored = new InputStreamSource(new ByteArrayInputStream(wrapped), "a backup's key");
        try (ByteSource plain = codec.decode(stored)) {
            while (plain.read(text) != ByteSource.END) {
                if (!text.hasRemaining()) {
                    throw new IntegrityException(
                            ErrorCode.CORRUPT,
                            "what should be a backup's key is longer than any",
                            "it was not written by CodeB: restore another backup or a copy of this one");
                }
            }
        }
        return new BackupKey(
                codec, Secret.of(UTF_8.decode(text.flip()).toString().strip()));
    }
}
