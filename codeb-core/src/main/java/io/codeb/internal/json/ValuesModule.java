package io.codeb.internal.json;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.codeb.event.Event;
import io.codeb.model.BackupId;
import io.codeb.model.BackupRef;
import io.codeb.model.Facts;
import io.codeb.spi.storage.ObjectKey;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;

/**
 * Teaches an application's Jackson what CodeB's values look like: a name is a text, facts are a tree, and an event says
 * which one it is, so that results and events can be written, and read again.
 *
 * <p>Found as a service by {@code findAndRegisterModules()}, as Spring Boot does too. It is here, and not in
 * annotations of the values, so that {@code codeb-spi} needs no Jackson, not even to be compiled against.
 */
public final class ValuesModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    /** Made by Jackson. */
    public ValuesModule() {
        super("codeb");
        text(BackupId.class, BackupId::new);
        text(BackupRef.class, BackupRef::parse);
        text(ObjectKey.class, ObjectKey::new);
        addSerializer(Facts.class, new FactsSerializer());
        addDeserializer(Facts.class, new FactsDeserializer());
        setMixInAnnotation(Event.class, NamedEvent.class);
    }

    private <T> void text(Class<T> type, Function<String, T> parser) {
        addSerializer(type, new ToStringSerializer(type));
        addDeserializer(type, new TextDeserializer<>(type, parser));
        addKeySerializer(type, new TextKeySerializer<>(type));
        addKeyDeserializer(type, new TextKeyDeserializer(type, parser));
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Event.Started.class, name = "started"),
        @JsonSubTypes.Type(value = Event.Stage.class, name = "stage"),
        @JsonSubTypes.Type(value = Event.Progress.class, name = "progress"),
        @JsonSubTypes.Type(value = Event.Finished.class, name = "finished"),
        @JsonSubTypes.Type(value = Event.Failed.class, name = "failed")
    })
    private interface NamedEvent {}

    private static final class TextDeserializer<T> extends StdScalarDeserializer<T> {
        private static final long serialVersionUID = 1L;

        private final transient Function<String, T> parser;

        TextDeserializer(Class<T> type, Function<String, T> parser) {
            super(type);
            this.parser = parser;
        }

        @Override
        public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
            String text = json.getValueAsString("");
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw context.weirdStringException(text, handledType(), e.getMessage());
            }
        }
    }

    private static final class TextKeySerializer<T> extends StdSerializer<T> {
        private static final long serialVersionUID = 1L;

        TextKeySerializer(Class<T> type) {
            super(type);
        }

        @Override
        public void serialize(T value, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeFieldName(value.toString());
        }
    }

    private static final class TextKeyDeserializer extends KeyDeserializer {
        private final Class<?> type;
        private final Function<String, ?> parser;

        TextKeyDeserializer(Class<?> type, Function<String, ?> parser) {
            this.type = type;
            this.parser = parser;
        }

        @Override
        public Object deserializeKey(String key, DeserializationContext context) throws IOException {
            try {
                return parser.apply(key);
            } catch (IllegalArgumentException e) {
                throw context.weirdKeyException(type, key, e.getMessage());
            }
        }
    }

    private static final class FactsDeserializer extends StdScalarDeserializer<Facts> {
        private static final long serialVersionUID = 1L;

        FactsDeserializer() {
            super(Facts.class);
        }

        @Override
        public Facts deserialize(JsonParser json, DeserializationContext context) throws IOException {
            Map<String, Object> tree = context.readValue(
                    json, context.getTypeFactory().constructType(new TypeReference<Map<String, Object>>() {}));
            try {
                return Facts.of(tree);
            } catch (IllegalArgumentException e) {
                throw context.weirdStringException("", handledType(), e.getMessage());
            }
        }
    }
}
