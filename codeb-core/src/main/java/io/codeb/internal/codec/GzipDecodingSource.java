package io.codeb.internal.codec;

import io.codeb.spi.io.ByteSource;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads gzip members one behind the other, as the gzip program does, and takes nothing behind them but, where that is
 * allowed, the zeros with which tapes and some stores fill their blocks.
 */
final class GzipDecodingSource extends DecodingSource {
    private static final int FLAG_HEADER_CRC = 0x02;
    private static final int FLAG_EXTRA = 0x04;
    private static final int FLAG_NAME = 0x08;
    private static final int FLAG_COMMENT = 0x10;
    private static final int FLAGS_RESERVED = 0xe0;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private final boolean paddingAllowed;
    private boolean inMember;
    private boolean anyMember;

    GzipDecodingSource(ByteSource upstream, boolean paddingAllowed) {
        super("gzip", upstream, ByteBuffer.allocateDirect(GzipCodec.BUFFER_BYTES));
        this.paddingAllowed = paddingAllowed;
    }

    @Override
    protected int supply(ByteBuffer dst) {
        while (inMember || openMember()) {
            int count = guarded(() -> inflate(dst));
            if (count > 0) {
                return count;
            }
            if (inflater.finished()) {
                closeMember();
            } else if (inflater.needsDictionary()) {
                throw corrupt("it asks for a dictionary", null);
            } else if (!fill()) {
                throw truncated();
            }
        }
        return END;
    }

    private int inflate(ByteBuffer dst) {
        ByteBuffer plain = dst.duplicate();
        inflater.setInput(encoded);
        int count;
        try {
            count = inflater.inflate(dst);
        } catch (DataFormatException e) {
            throw corrupt(String.valueOf(e.getMessage()), e);
        }
        crc.update(plain.limit(dst.position()));
        return count;
    }

    /** Reads a member's header; false when the stream, or its padding, ends in its place and a member came before. */
    private boolean openMember() {
        if (anyMember && !encoded.hasRemaining() && !fill()) {
            return false;
        }
        headerCrc.reset();
        int first = headerByte();
        if (anyMember && paddingAllowed && first == 0) {
            skipPadding();
            return false;
        }
        if (first != GzipCodec.MAGIC_1
                || headerByte() != GzipCodec.MAGIC_2
                || headerByte() != GzipCodec.METHOD_DEFLATE) {
            throw corrupt("something that is no gzip member where one should start", null);
        }
        int flags = headerByte();
        if ((flags & FLAGS_RESERVED) != 0) {
            throw corrupt("reserved flags are set", null);
        }
        skipHeader(6);
        if ((flags & FLAG_EXTRA) != 0) {
            skipHeader(headerByte() | headerByte() << 8);
        }
        if ((flags & FLAG_NAME) != 0) {
            skipHeaderText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipHeaderText();
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            int expected = (int) headerCrc.getValue() & 0xffff;
            if ((headerByte() | headerByte() << 8) != expected) {
                throw corrupt("a member's header does not have its checksum", null);
            }
        }
        guarded(() -> {
            inflater.reset();
            return inflater;
        });
        crc.reset();
        inMember = true;
        anyMember = true;
        return true;
    }

    private void skipPadding() {
        do {
            while (encoded.hasRemaining()) {
                if (encoded.get() != 0) {
                    throw corrupt("something follows the zeros behind its last member", null);
                }
            }
        } while (fill());
    }

    private void closeMember() {
        long size = guarded(inflater::getBytesWritten);
        if (littleEndianInt() != (int) crc.getValue()) {
            throw corrupt("the content does not have its checksum", null);
        }
        if (littleEndianInt() != (int) size) {
            throw corrupt("the content does not have its length", null);
        }
        inMember = false;
    }

    private void skipHeader(int count) {
        for (int i = 0; i < count; i++) {
            headerByte();
        }
    }

    private void skipHeaderText() {
        while (headerByte() != 0) {
            // a name or a comment ends with a zero byte; neither is kept
        }
    }

    private int headerByte() {
        int value = nextByte();
        headerCrc.update(value);
        return value;
    }

    private int littleEndianInt() {
        return nextByte() | nextByte() << 8 | nextByte() << 16 | nextByte() << 24;
    }

    private int nextByte() {
        if (!encoded.hasRemaining() && !fill()) {
            throw truncated();
        }
        return encoded.get() & 0xff;
    }

    @Override
    void free() {
        inflater.end();
    }
}
