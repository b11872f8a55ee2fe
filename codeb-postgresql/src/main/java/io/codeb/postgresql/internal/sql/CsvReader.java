package io.codeb.postgresql.internal.sql;

import java.io.ByteArrayOutputStream;
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

    /** Reads on. */
    void read(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to) {
            int end = endOfRun(bytes, p, to);
            field.write(bytes, p, end - p);
            held += end - p;
            p = end;
            if (p < to) {
                take(bytes[p++]);
            }
        }
    }

    /** Where the bytes end that are simply the field's. */
    private int endOfRun(byte[] bytes, int from, int to) {
        int p = from;
        if (state == State.QUOTED) {
            while (p < to && bytes[p] != '"') {
                p++;
            }
        } else if (state == State.PLAIN) {
            while (p < to && bytes[p] != ',' && bytes[p] != '\n') {
                p++;
            }
        }
        return p;
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
            state = State.QUOTE;
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
