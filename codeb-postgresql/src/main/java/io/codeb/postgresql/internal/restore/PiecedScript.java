package io.codeb.postgresql.internal.restore;

import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.EntryKind;
import io.codeb.postgresql.internal.program.ArchiveOptions;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSource;
import io.codeb.spi.io.PeekedSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A backup in pieces as one script: what pg_restore makes of its archive up to the rows, the pieces, and what it makes
 * of the rest.
 */
final class PiecedScript implements ByteSource {
    private final RestoreJob job;
    private final RestoreInput input;
    private final EntryFacts archive;
    private final Consumer<EntryFacts> begun;
    private final Iterator<Supplier<ByteSource>> parts;
    private volatile @Nullable ByteSource part;

    /**
     * Makes the script.
     *
     * @param input has the archive and the pieces
     * @param pieces in the order in which they are loaded
     * @param begun hears of each entry before it is read
     * @param between is done when all has been read that comes before the definitions of the last part: indexes, keys,
     *     triggers
     */
    PiecedScript(
            RestoreJob job, RestoreInput input, List<EntryFacts> pieces, Consumer<EntryFacts> begun, Runnable between) {
        this.job = job;
        this.input = input;
        this.archive = input.only(EntryKind.ARCHIVE);
        this.begun = begun;
        List<Supplier<ByteSource>> all = new ArrayList<>();
        all.add(() -> sections("--section=pre-data", "--section=data"));
        pieces.forEach(piece -> all.add(() -> opened(piece)));
        all.add(() -> {
            between.run();
            return sections("--section=post-data");
        });
        this.parts = all.iterator();
    }

    private ByteSource opened(EntryFacts entry) {
        begun.accept(entry);
        return input.open(entry);
    }

    private ByteSource sections(String... sections) {
        PeekedSource source = new PeekedSource(opened(archive), DumpFormat.HEAD_BYTES);
        try {
            ArchiveHead head = ArchiveHead.of(source.head());
            if (head == null) {
                throw new IntegrityException(
                        ErrorCode.CORRUPT,
                        archive.name() + " is no archive of pg_dump",
                        "restore another backup or a copy of this one");
            }
            List<String> arguments = new ArrayList<>(List.of(sections));
            arguments.addAll(ArchiveOptions.ofRestore(job.madeWith()));
            return new FilterSource(
                    new ArchiveScript(job.target(), source, head, archive.name(), arguments, job.cancellation())) {
                @Override
                protected int supply(ByteBuffer dst) {
                    return upstream().read(dst);
                }

                @Override
                protected void release() {
                    source.close();
                }
            };
        } catch (RuntimeException | Error e) {
            source.close();
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer dst) {
        while (true) {
            ByteSource current = part;
            if (current == null) {
                if (!parts.hasNext()) {
                    return END;
                }
                part = parts.next().get();
                continue;
            }
            int count = current.read(dst);
            if (count != END) {
                return count;
            }
            current.close();
            part = null;
        }
    }

    @Override
    public void close() {
        ByteSource current = part;
        if (current != null) {
            current.close();
        }
    }
}
