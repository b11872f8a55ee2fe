package io.codeb.postgresql.internal.script;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.TableName;
import io.codeb.model.TableRows;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.Transfer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Follows an archive as {@code pg_dump --format=custom --compress=0} writes it into a pipe: counts the rows of each
 * table in it, and sees whether all is there that its table of contents promises. Whoever reads it gets all bytes.
 */
public final class ArchiveReader {
    private static final String MAGIC = "PGDMP";
    private static final int MAJOR = 1;
    /** PostgreSQL 12 to 15 write the first, 17 and 18 the last. */
    private static final int OLDEST = 14;

    private static final int NEWEST = 16;
    /** From here on, one byte says how the rows are compressed; before, a number did. */
    private static final int COMPRESSION_IS_A_BYTE = 15;

    private static final int KNOWS_KINDS = 16;
    private static final int CUSTOM = 1;
    private static final int NUMBERS_OF_A_DATE = 7;
    private static final int ROWS = 1;
    private static final int LARGE_OBJECTS = 3;
    /** Names are short; what an object is made with may be long, and is not kept. */
    private static final int MAX_KEPT = 64 * 1024;

    private static final int MAX_ENTRIES = 100_000_000;

    private final ByteSource archive;
    private final Consumer<ByteBuffer> passed;
    private final Set<TableName> elsewhere;
    private final ByteBuffer buffer = ByteBuffer.allocate(Transfer.BUFFER_BYTES).limit(0);
    private final CopyData data = new CopyData();
    private final List<TableRows> tables = new ArrayList<>();

    /** By its number in the archive, what is still to come; a table's name where it is rows. */
    private final Map<Long, Optional<TableName>> promised = new HashMap<>();

    private int numberBytes;
    private int offsetBytes;
    private int minor;
    private String madeBy = "";
    private long rows;

    /**
     * Makes the reader.
     *
     * @param archive answers its end only when pg_dump is proven to have ended well
     * @param elsewhere tables that must be defined in it, and whose rows must not be in it
     * @param passed is given all of the archive, in buffers that are good during the call
     */
    public ArchiveReader(ByteSource archive, Set<TableName> elsewhere, Consumer<ByteBuffer> passed) {
        this.archive = archive;
        this.elsewhere = new HashSet<>(elsewhere);
        this.passed = passed;
    }

    /**
     * Reads to the end.
     *
     * @return this
     * @throws IntegrityException {@code TRUNCATED} when something promised is missing, {@code CORRUPT} when this is no
     *     such archive
     * @throws EngineException {@code VERSION_MISMATCH} when it is of a form that nobody knows here
     */
    public ArchiveReader read() {
        head();
        contents();
        while (buffer.hasRemaining() || fill()) {
            int kind = oneByte();
            Optional<TableName> item = promised.remove(number());
            if (item == null) {
                throw corrupt("it has something twice, or something that it does not list");
            }
            if (kind == ROWS && item.isPresent()) {
                tables.add(new TableRows(item.get().schema(), item.get().name(), rows()));
            } else if (kind == LARGE_OBJECTS && item.isEmpty()) {
                largeObjects();
            } else {
                throw corrupt("it has data of an unknown kind");
            }
        }
        if (!promised.isEmpty()) {
            throw cut();
        }
        return this;
    }

    /** How many rows there were so far. */
    public long rowsSoFar() {
        return rows;
    }

    /** Rows by table, in the order of their names. */
    public List<TableRows> tables() {
        return tables.stream().sorted(Comparator.comparing(TableRows::table)).toList();
    }

    /** The version of the pg_dump that made it, in its own words. */
    public String madeBy() {
        return madeBy;
    }

    private void head() {
        for (byte expected : MAGIC.getBytes(StandardCharsets.US_ASCII)) {
            if (oneByte() != expected) {
                throw corrupt("it does not begin as one");
            }
        }
        int major = oneByte();
        minor = oneByte();
        int revision = oneByte();
        if (major != MAJOR || minor < OLDEST || minor > NEWEST) {
            throw new EngineException(
                    ErrorCode.VERSION_MISMATCH,
                    "pg_dump writes an archive of the form " + major + "." + minor + "." + revision
                            + ", which this version of CodeB does not know",
                    "use a newer version of CodeB, or back up with sql()");
        }
        numberBytes = oneByte();
        offsetBytes = oneByte();
        if (numberBytes < 1 || numberBytes > 8 || offsetBytes < 1 || offsetBytes > 8 || oneByte() != CUSTOM) {
            throw corrupt("its head has another form");
        }
        long compression = minor >= COMPRESSION_IS_A_BYTE ? oneByte() : number();
        if (compression != 0) {
            throw corrupt("it is compressed");
        }
        for (int i = 0; i < NUMBERS_OF_A_DATE; i++) {
            number();
        }
        skipText();
        skipText();
        madeBy = text();
    }

    private void contents() {
        long entries = number();
        if (entries < 0 || entries > MAX_ENTRIES) {
            throw corrupt("its table of contents has " + entries + " entries");
        }
        Set<TableName> undefined = new HashSet<>(elsewhere);
        for (long i = 0; i < entries; i++) {
            long id = number();
            boolean withData = number() != 0;
            skipText();
            skipText();
            String name = text();
            String kind = text();
            number();
            skipText();
            skipText();
            skipText();
            String schema = text();
            skipText();
            skipText();
            if (minor >= KNOWS_KINDS) {
                number();
            }
            skipText();
            skipText();
            while (skipText()) {
                // what it depends on, up to a text that there is not
            }
            skip(1 + (long) offsetBytes);
            TableName table = schema.isEmpty() || name.isEmpty() ? null : new TableName(schema, name);
            if (kind.equals("TABLE") && table != null) {
                undefined.remove(table);
            }
            if (withData) {
                Optional<TableName> rowsOf = kind.equals("TABLE DATA") ? Optional.ofNullable(table) : Optional.empty();
                if (rowsOf.filter(elsewhere::contains).isPresent()) {
                    throw corrupt("it has rows of " + table + ", which are read elsewhere");
                }
                if (promised.put(id, rowsOf) != null) {
                    throw corrupt("two of its entries have one number");
                }
            }
        }
        if (!undefined.isEmpty()) {
            throw corrupt("it does not define "
                    + ShortList.of(undefined.stream().map(TableName::toString).toList()) + ", whose rows are read");
        }
    }

    /** As a script has them, with the line that ends them. */
    private long rows() {
        data.start();
        long before = rows;
        for (long length = number(); length != 0; length = number()) {
            if (length < 0) {
                throw corrupt("it has a block of a negative length");
            }
            while (length > 0) {
                int some = (int) Math.min(length, available());
                int from = buffer.position();
                if (!data.ended()) {
                    data.scan(buffer.array(), from, from + some);
                }
                buffer.position(from + some);
                length -= some;
                rows = before + data.rows();
            }
        }
        if (!data.ended()) {
            throw cut();
        }
        return data.rows();
    }

    private void largeObjects() {
        while (number() != 0) {
            for (long length = number(); length != 0; length = number()) {
                skip(length);
            }
        }
    }

    /** A sign, and the digits to the base of 256 with the lowest one first. */
    private long number() {
        boolean negative = oneByte() != 0;
        long value = 0;
        for (int i = 0; i < numberBytes; i++) {
            value |= (long) oneByte() << (8 * i);
        }
        return negative ? -value : value;
    }

    /** Empty also where there is none. */
    private String text() {
        long length = number();
        if (length > MAX_KEPT) {
            throw corrupt("it has a name of " + length + " bytes");
        }
        byte[] bytes = new byte[(int) Math.max(0, length)];
        for (int at = 0; at < bytes.length; ) {
            int some = Math.min(bytes.length - at, available());
            buffer.get(bytes, at, some);
            at += some;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Answers whether there was one. */
    private boolean skipText() {
        long length = number();
        skip(Math.max(0, length));
        return length >= 0;
    }

    private void skip(long bytes) {
        if (bytes < 0) {
            throw corrupt("it has a block of a negative length");
        }
        for (long rest = bytes; rest > 0; ) {
            int some = (int) Math.min(rest, available());
            buffer.position(buffer.position() + some);
            rest -= some;
        }
    }

    private int oneByte() {
        available();
        return buffer.get() & 0xff;
    }

    /** How many bytes are there, at least one. */
    private int available() {
        if (!buffer.hasRemaining() && !fill()) {
            throw cut();
        }
        return buffer.remaining();
    }

    private boolean fill() {
        boolean more = archive.read(buffer.clear()) != ByteSource.END;
        buffer.flip();
        if (more) {
            passed.accept(buffer.duplicate());
        }
        return more;
    }

    private static IntegrityException cut() {
        return new IntegrityException(
                ErrorCode.TRUNCATED,
                "pg_dump ended well and its archive has no end",
                "check what pg_dump is where it runs");
    }

    private static IntegrityException corrupt(String problem) {
        return new IntegrityException(
                ErrorCode.CORRUPT,
                "pg_dump's archive is none that can be read: " + problem,
                "check what pg_dump is where it runs, or back up with sql()");
    }
}
