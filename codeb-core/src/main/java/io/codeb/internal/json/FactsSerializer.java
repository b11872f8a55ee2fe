package io.codeb.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.codeb.model.Facts;
import java.io.IOException;

/** Writes facts as the tree that they are, in manifests and in an application's own JSON. */
public final class FactsSerializer extends StdSerializer<Facts> {
    private static final long serialVersionUID = 1L;

    /** Makes it. */
    public FactsSerializer() {
        super(Facts.class);
    }

    @Override
    public void serialize(Facts facts, JsonGenerator json, SerializerProvider provider) throws IOException {
        provider.defaultSerializeValue(facts.tree(), json);
    }
}
