package io.codeb.internal.service;

import io.codeb.RestoreRequest.ForeignDump;
import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.error.StorageException;
import io.codeb.internal.io.InputStreamSource;
import io.codeb.internal.repository.Codecs;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSource;
import io.codeb.spi.io.PeekedSource;
import io.codeb.spi.provider.ProviderConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Opens a dump that CodeB did not write: what it is compressed with, its first bytes say. */
final class ForeignDumpSource {
    private static final int HEAD_BYTES = 8;
    /** A compressed file inside a compressed file happens; more is somebody's joke. */
    private static final int MAX_LAYERS = 2;

    /** What gunzip reads, is read here too. A backup of ours has nothing behind it. */
    private static final ProviderConfig GZIP = ProviderConfig.of("gzip").withOption("padding", "1");

    private ForeignDumpSource() {}

    /**
     * Opens it.
     *
     * @param atMost bytes that it has when it is decompressed, in each layer
     */
    static ByteSource open(ForeignDump dump, Codecs codecs, long atMost) {
        ByteSource source = openRaw(dump);
        try {
            for (int layer = 0; ; layer++) {
                PeekedSource peeked = new PeekedSource(source, HEAD_BYTES);
                source = peeked;
                byte[] head = peeked.head();
                if (head.length == 0) {
                    throw new EngineException(
                            ErrorCode.DUMP_UNRECOGNIZED,
                            dump.name() + " is empty",
                            "what should have made it has failed: make it again with pg_dump --file=NAME");
                }
                String codec = codecOf(head);
                if (codec.isEmpty()) {
                    return source;
                }
                if (layer == MAX_LAYERS) {
                    throw new EngineException(
                            ErrorCode.DUMP_UNRECOGNIZED,
                            dump.name() + " is compressed more than " + MAX_LAYERS + " times over",
                            "decompress it first");
                }
                source = new Unpacked(
                        codecs.create(codec.equals(GZIP.id()) ? GZIP : ProviderConfig.of(codec))
                                .decode(source),
                        dump.name(),
                        atMost);
            }
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** A small file can be a thousand times as much, and a joke in it a million times. */
    private static final class Unpacked extends FilterSource {
        private final String name;
        private final long atMost;
        private long bytes;

        Unpacked(ByteSource upstream, String name, long atMost) {
            super(upstream);
            this.name = name;
            this.atMost = atMost;
        }

        @Override
        protected int supply(ByteBuffer dst) {
            int some = upstream().read(dst);
            bytes += Math.max(0, some);
            if (bytes > atMost) {
                throw new EngineException(
                        ErrorCode.DUMP_TOO_LARGE,
                        name + " has more than " + atMost + " bytes when it is decompressed",
                        "look what is in it; let it be more where that is meant");
            }
            return some;
        }
    }

    private static ByteSource openRaw(ForeignDump dump) {
        try {
            return new InputStreamSource(dump.opener().open(), dump.name());
        } catch (NoSuchFileException e) {
            throw new StorageException(
                    ErrorCode.OBJECT_NOT_FOUND, "there is no file " + dump.name(), "check the path", e);
        } catch (AccessDeniedException e) {
            throw new StorageException(
                    ErrorCode.STORAGE_DENIED, dump.name() + " may not be read", "check its permissions", e);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.STORAGE_FAILED,
                    dump.name() + " cannot be opened: " + e.getMessage(),
                    "check the file",
                    e);
        }
    }

    /** gzip: RFC 1952, 2.3.1; zstd: RFC 8878, 3.1.1. */
    private static String codecOf(byte[] head) {
        if (startsWith(head, List.of(0x1f, 0x8b))) {
            return "gzip";
        }
        return startsWith(head, List.of(0x28, 0xb5, 0x2f, 0xfd)) ? "zstd" : "";
    }

    private static boolean startsWith(byte[] head, List<Integer> magic) {
        for (int i = 0; i < magic.size(); i++) {
            if (i >= head.length || (head[i] & 0xff) != magic.get(i)) {
                return false;
            }
        }
        return true;
    }
}
