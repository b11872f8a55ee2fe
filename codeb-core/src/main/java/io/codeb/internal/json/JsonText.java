package io.codeb.internal.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** Writes small JSON texts for others to read. */
public final class JsonText {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonText() {}

    /**
     * Writes an object.
     *
     * @param members texts, numbers and maps of them, in their order
     * @return UTF-8
     */
    public static byte[] of(Map<String, ?> members) {
        try {
            return MAPPER.writeValueAsBytes(members);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("these members are not of JSON", e);
        }
    }
}
