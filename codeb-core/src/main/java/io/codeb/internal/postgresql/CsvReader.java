package io.codeb.internal.postgresql;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Cuts what {@code psql --csv} writes into records, chunk by chunk: RFC 4180 with lines that end in a newline. */
final class CsvReader {
    private enum State {
        FIELD_START,
        PLAIN,
        QUOTED,
        QUOTE
    }

    private final Consumer<List<String>> records;
    private final ByteArrayOutputStream field = new ByteArrayOutputStream();
    private List<String> record = new ArrayList<>();
    private State state = State.FIELD_START;
    private int held;

    /**
     * Makes the reader.
     *
     * @param records is given each record, at least one field long
     */
    CsvReader(Consumer<List<String>> records) {
        this.records = records;
    }

    /** Reads on, all that remains in the buffer. */
    void read(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            take(bytes.get());
        }
    }

    /** How many bytes the record at hand has so far. */
    int held() {
        return held;
    }

    /** Whether the text may end here. */
    boolean isBetweenRecords() {
        return state == State.FIELD_START && record.isEmpty();
    }

    private void take(byte b) {
        held++;
        if (state == State.QUOTED) {
            if (b == '"') {
                state = State.QUOTE;
            } else {
                field.write(b);
            }
        } else if (b == '"' && state != State.PLAIN) {
            if (state == State.QUOTE) {
                field.write(b);
            }
            state = State.QUOTED;
        } else if (b == ',' || b == '\n') {
            record.add(field.toString(StandardCharsets.UTF_8));
            field.reset();
            state = State.FIELD_START;
            if (b == '\n') {
                List<String> complete = record;
                record = new ArrayList<>();
                held = 0;
                records.accept(complete);
            }
        } else {
            field.write(b);
            state = State.PLAIN;
        }
    }
}
