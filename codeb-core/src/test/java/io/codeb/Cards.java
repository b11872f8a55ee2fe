package io.codeb;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.codeb.error.EngineException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.DatabaseInfo;
import io.codeb.model.EntryKind;
import io.codeb.model.Facts;
import io.codeb.model.Leftover;
import io.codeb.model.Manifest;
import io.codeb.model.Selection;
import io.codeb.model.ServerDatabase;
import io.codeb.model.ServerVersion;
import io.codeb.spi.engine.CreateSpec;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseEngineProvider;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DrillServers;
import io.codeb.spi.engine.DropSpec;
import io.codeb.spi.engine.DumpCheck;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpOutput;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.EntryFacts;
import io.codeb.spi.engine.EntrySink;
import io.codeb.spi.engine.EntrySpec;
import io.codeb.spi.engine.Replacements;
import io.codeb.spi.engine.RestoreCheck;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreInput;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.ServerDatabases;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.StepOutcome;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decks of cards in memory, each of them an entry that a thread of its own writes and reads. */
final class Cards implements DatabaseEngineProvider, DatabaseEngine {
    static final Facts FACTS = Facts.of(Map.of("position", 4_000_000_000L, "stacks", List.of("a", "b")));

    private static final ServerVersion VERSION = new ServerVersion("7.0", 7, 0);

    /** What the database holds: the text of each deck by its name. */
    final Map<String, String> decks = new ConcurrentSkipListMap<>();

    /** The deck that cannot be dumped, and where it is nothing can be restored. */
    volatile String refused = "";

    /** What it finds before it dumps; null for an engine that looks at nothing. */
    volatile @Nullable DumpCheck found;

    /** What it finds before it restores; null for an engine that looks at nothing. */
    volatile @Nullable RestoreCheck foundAtRestore;

    /** Whether a restore is refused at its last step only. */
    volatile boolean late;

    /** What happens while they are dumped. */
    volatile Runnable meanwhile = () -> {};

    /** What runs have left. */
    final List<Leftover> leftovers = new CopyOnWriteArrayList<>();

    /** The run whose leftovers cannot be ended. */
    String stuck = "";

    /** Why nobody can look for what they have left; null where somebody can. */
    volatile @Nullable RuntimeException cannotClean;

    /** What it does on the server before it looks for what runs have left. */
    volatile Consumer<ServerTarget> looking = server -> {};

    /** What became of the last step of the last restore. */
    volatile StepOutcome outcome = StepOutcome.UNKNOWN;

    /** What the server has. */
    final List<ServerDatabase> tables = new CopyOnWriteArrayList<>();

    /** What the last database was made or dropped with. */
    volatile @Nullable Object spec;

    /** What drills are made with; null for an engine that makes none. */
    volatile @Nullable DrillServers drillServers;

    /** What keeps and puts back; null for an engine that does not. */
    volatile @Nullable Replacements replacements;

    /** The run of the last dump or restore. */
    volatile String run = "";

    /** The facts that the last restore got back. */
    volatile @Nullable Facts given;

    @Override
    public String id() {
        return "cards";
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
        throw new AssertionError("nobody asked for that");
    }

    @Override
    public List<String> check(DatabaseTarget target, Cancellation cancellation) {
        if (decks.containsKey(refused)) {
            throw new EngineException(ErrorCode.AUTH_FAILED, "deck " + refused + " is not to be read", "ask its owner");
        }
        return List.of("there are " + decks.size() + " decks");
    }

    @Override
    public List<Leftover> cleanUp(ServerTarget server, Set<String> dead, Cancellation cancellation) {
        looking.accept(server);
        if (cannotClean != null) {
            throw cannotClean;
        }
        List<Leftover> found = new ArrayList<>();
        for (Leftover left : leftovers) {
            boolean ends = dead.contains(left.run()) && !left.run().equals(stuck);
            found.add(ends ? Leftover.ended(left.kind(), left.name(), left.run()) : left);
        }
        leftovers.removeIf(left -> dead.contains(left.run()) && !left.run().equals(stuck));
        return found;
    }

    @Override
    public StepOutcome outcome(ServerTarget server, String step, Cancellation cancellation) {
        return step.equals("the cut of " + run) ? outcome : StepOutcome.UNKNOWN;
    }

    @Override
    public Optional<DrillServers> drills() {
        return Optional.ofNullable(drillServers);
    }

    @Override
    public Optional<Replacements> replacements() {
        return Optional.ofNullable(replacements);
    }

    @Override
    public Optional<ServerDatabases> databases() {
        return Optional.of(new ServerDatabases() {
            @Override
            public List<ServerDatabase> list(ServerTarget server, Cancellation cancellation) {
                return tables;
            }

            @Override
            public Optional<ServerDatabase> find(ServerTarget server, String name, Cancellation cancellation) {
                return tables.stream()
                        .filter(table -> table.name().equals(name))
                        .findFirst();
            }

            @Override
            public ServerDatabase create(ServerTarget server, CreateSpec asked, Cancellation cancellation) {
                spec = asked;
                ServerDatabase made = ServerDatabase.of(asked.name(), String.valueOf(asked.owner()));
                tables.add(made);
                return made;
            }

            @Override
            public void drop(ServerTarget server, DropSpec asked, Cancellation cancellation) {
                spec = asked;
                tables.removeIf(table -> table.name().equals(asked.name()));
            }
        });
    }

    @Override
    public DumpCheck checkDump(DatabaseTarget target, DumpSpec spec, Cancellation cancellation) {
        DumpCheck seen = found;
        return seen == null ? DatabaseEngine.super.checkDump(target, spec, cancellation) : seen;
    }

    @Override
    public DumpFacts dump(DatabaseTarget target, DumpSpec spec, DumpOutput output, Cancellation cancellation) {
        DumpCheck seen = found;
        if (seen != null) {
            output.checked(seen);
        }
        meanwhile.run();
        run = String.valueOf(target.server().tools().run());
        decks.entrySet().parallelStream().forEach(deck -> {
            EntrySpec entry =
                    EntrySpec.of("data/" + deck.getKey(), EntryKind.DUMP).with("deck", deck.getKey());
            try (EntrySink sink = output.open(entry)) {
                if (deck.getKey().equals(refused)) {
                    throw new EngineException(ErrorCode.COMMAND_FAILED, "no way to write this deck", "");
                }
                sink.write(ByteBuffer.wrap(deck.getValue().getBytes(UTF_8)));
                sink.rows(1);
                sink.finish();
            }
        });
        return DumpFacts.of(
                new Manifest.EngineFacts("cards", "decks", VERSION, "none", FACTS),
                Selection.EVERYTHING,
                new Manifest.DatabaseSummary(target.database(), 52));
    }

    @Override
    public RestoreCheck checkRestore(
            DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        RestoreCheck seen = foundAtRestore;
        return seen == null ? DatabaseEngine.super.checkRestore(target, spec, input, cancellation) : seen;
    }

    @Override
    public RestoreFacts restore(
            DatabaseTarget target, RestoreSpec spec, RestoreInput input, Cancellation cancellation) {
        RestoreCheck seen = foundAtRestore;
        if (seen != null) {
            input.checked(seen);
        }
        run = String.valueOf(target.server().tools().run());
        if (decks.containsKey(refused)) {
            if (late) {
                input.deciding("the first cut of " + run);
                input.deciding("the cut of " + run);
            }
            throw new EngineException(ErrorCode.COMMAND_FAILED, "no way to take this deck", "");
        }
        given = spec.dump() == null ? null : spec.dump().engine().facts();
        Map<String, String> read = new ConcurrentHashMap<>();
        input.entries().parallelStream()
                .forEach(entry -> read.put(entry.attributes().get("deck"), text(input, entry)));
        decks.putAll(read);
        return RestoreFacts.of(VERSION, List.of());
    }

    private static String text(RestoreInput input, EntryFacts entry) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(1_000);
        try (ByteSource source = input.open(entry)) {
            while (source.read(piece.clear()) != ByteSource.END) {
                content.write(piece.array(), 0, piece.position());
                input.progress(entry, 0);
            }
        }
        return content.toString(UTF_8);
    }
}
