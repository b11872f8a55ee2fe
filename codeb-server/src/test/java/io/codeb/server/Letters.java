package io.codeb.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Leftover;
import io.codeb.model.Manifest;
import io.codeb.model.QueryResult;
import io.codeb.model.RestoreMode;
import io.codeb.model.Selection;
import io.codeb.model.ServerVersion;
import io.codeb.model.TableInfo;
import io.codeb.model.TableName;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.engine.QuerySpec;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.SqlAccess;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Databases that are texts in memory, in pieces of one size, which can be held or torn. */
final class Letters implements DatabaseEngineProvider, DatabaseEngine, SqlAccess {
    private static final ServerVersion VERSION = new ServerVersion("7.0", 7, 0);
    private static final int PIECE = 1_000;

    /** The text of each database, by its name. */
    final Map<String, String> texts = new ConcurrentHashMap<>();

    /** After how many characters a dump fails. */
    volatile int torn = Integer.MAX_VALUE;

    /** After how many characters a dump waits until it is let go on, or is cancelled. */
    volatile int held = Integer.MAX_VALUE;

    /** After how many characters a dump gives way to somebody who waits for it, once, and is begun again. */
    volatile int givesWay = Integer.MAX_VALUE;

    /** Whether a restore waits likewise. */
    volatile boolean restoresHeld;

    /** Lets it go on. */
    final CountDownLatch letGo = new CountDownLatch(1);

    /** Is down when one waits. */
    final CountDownLatch waiting = new CountDownLatch(1);

    @Override
    public String id() {
        return "letters";
    }

    @Override
    public int defaultPort() {
        return 7;
    }

    @Override
    public DatabaseEngine create(ProviderConfig config) {
        return this;
    }

    @Override
    public DatabaseInfo inspect(DatabaseTarget target, Cancellation cancellation) {
        return DatabaseInfo.of("letters", VERSION, new Manifest.DatabaseSummary(target.database(), 52));
    }

    @Override
    public List<Leftover> cleanUp(ServerTarget server, Set<String> dead, Cancellation cancellation) {
        return List.of();
    }

    @Override
    public Optional<SqlAccess> sql() {
        return Optional.of(this);
    }

    @Override
    public QueryResult query(DatabaseTarget target, QuerySpec query, Cancellation cancellation) {
        if (!query.readOnly()) {
            texts.put(target.database(), query.sql());
        }
        return QueryResult.of(
                List.of(new QueryResult.Column("text", "text")),
                List.of(List.of(texts.getOrDefault(target.database(), ""))),
                false);
    }

    @Override
    public List<TableInfo> tables(DatabaseTarget target, Cancellation cancellation) {
        return List.of(TableInfo.of(new TableName("public", "letters"), TableInfo.Kind.TABLE, 1, 10));
    }

    @Override
    public DumpFacts dump(DatabaseTarget target, DumpSpec spec, DumpOutput output, Cancellation cancellation) {
        String text = texts.get(target.database());
        if (text == null) {
            throw new EngineException(ErrorCode.DATABASE_NOT_FOUND, "there is no " + target.database(), "write it");
        }
        try (EntrySink sink = output.open(EntrySpec.of("letters.sql", EntryKind.DUMP))) {
            for (int at = 0; at < text.length(); at += PIECE) {
                cancellation.throwIfCancelled();
                if (at >= held) {
                    hold(cancellation);
                }
                if (at >= givesWay) {
                    givesWay = Integer.MAX_VALUE;
                    output.startOver();
                    return dump(target, spec, output, cancellation);
                }
                if (at >= torn) {
                    throw new EngineException(ErrorCode.COMMAND_FAILED, "the paper is torn", "mend it");
                }
                sink.write(ByteBuffer.wrap(
                        text.substring(at, Math.min(text.length(), at + PIECE)).getBytes(UTF_8)));
                sink.rows(1);
            }
            sink.finish();
        }
        return DumpFacts.of(
                new Manifest.EngineFacts("letters", "text", VERSION, "none", Facts.NONE),
                Selection.EVERYTHING,
                new Manifest.DatabaseSummary(target.database(), 52));
    }

    private void hold(Cancellation cancellation) {
        CountDownLatch over = new CountDownLatch(1);
        Cancellation.Registration registration = cancellation.onCancel(over::countDown);
        try {
            waiting.countDown();
            while (letGo.getCount() > 0 && !over.await(5, TimeUnit.MILLISECONDS)) {
                cancellation.throwIfCancelled();
            }
            cancellation.throwIfCancelled();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            registration.close();
        }
    }

    @Override
    public RestoreFacts restore(
            DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        if (spec.mode() == RestoreMode.NEW && texts.containsKey(target.database())) {
            throw new EngineException(ErrorCode.DATABASE_EXISTS, target.database() + " is there", "replace it");
        }
        if (restoresHeld) {
            hold(cancellation);
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (EntryFacts entry : input.entries()) {
            try (ByteSource source = input.open(entry)) {
                ByteBuffer piece = ByteBuffer.allocate(PIECE);
                while (source.read(piece.clear()) != ByteSource.END) {
                    text.write(piece.array(), 0, piece.position());
                }
            }
        }
        texts.put(target.database(), text.toString(UTF_8));
        return RestoreFacts.of(VERSION, List.of());
    }
}
