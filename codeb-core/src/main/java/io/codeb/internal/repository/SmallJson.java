package io.codeb.internal.repository;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The small objects beside the backups, that say who is at work: JSON of at most 4 KiB. */
final class SmallJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final int MAX_BYTES = 4 * 1024;

    private SmallJson() {}

    /**
     * Reads an object, as far as the limit; empty when it is not there any more.
     *
     * @throws IOException when it is not of that type
     */
    static <T> Optional<T> find(StorageBackend storage, ObjectKey key, Class<T> type) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
        try (ByteSource source = storage.open(key, 0)) {
            while (buffer.hasRemaining() && source.read(buffer) != ByteSource.END) {
                // Reads until the end or the limit.
            }
        } catch (StorageException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(read(Arrays.copyOf(buffer.array(), buffer.position()), type));
    }

    static <T> T read(byte[] json, Class<T> type) throws IOException {
        T value = MAPPER.readValue(json, type);
        if (value == null) {
            throw new IOException("nothing is no " + type.getSimpleName());
        }
        return value;
    }

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value + " can always be written", e);
        }
    }
}
