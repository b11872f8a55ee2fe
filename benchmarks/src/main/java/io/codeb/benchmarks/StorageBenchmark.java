package io.codeb.benchmarks;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ErrorCode;
import io.codeb.error.IntegrityException;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.io.FilterSink;
import io.codeb.spi.io.NullSink;
import io.codeb.spi.io.Transfer;
import io.codeb.spi.provider.Provider;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.storage.ObjectKey;
import io.codeb.spi.storage.StorageBackend;
import io.codeb.spi.storage.StorageProvider;
import io.codeb.spi.storage.StoredObject;
import io.codeb.spi.storage.WriteMode;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Times a storage or the codecs beside programs that do the same with the same stream, which a command writes into a
 * pipe.
 *
 * <p>What it works on is in the environment; {@code dev/bench} sets that up.
 */
public final class StorageBenchmark {
    private static final ObjectKey OURS = new ObjectKey("codeb");

    private final Map<String, String> environment;
    private final int rounds;
    private final PrintStream out;
    private final Command stream;
    private final long bytes;

    private StorageBenchmark(Map<String, String> environment, int rounds, PrintStream out) {
        this.environment = environment;
        this.rounds = rounds;
        this.out = out;
        this.stream = Command.from(environment, "CODEB_BENCH_STREAM");
        this.bytes = Long.parseLong(text("CODEB_BENCH_BYTES"));
    }

    /**
     * Runs one of the benchmarks.
     *
     * @param args which ({@code upload}, {@code write}, {@code encode} or {@code prove}), and how many rounds
     */
    public static void main(String[] args) {
        try (Memory memory = new Memory()) {
            StorageBenchmark benchmark = new StorageBenchmark(System.getenv(), Integer.parseInt(args[1]), System.out);
            switch (args[0]) {
                case "upload" -> benchmark.store("upload");
                case "write" -> benchmark.store("write");
                case "encode" -> benchmark.encode();
                case "prove" -> benchmark.prove();
                default -> throw new ConfigException("there is no benchmark '" + args[0] + "'", "use dev/bench");
            }
            memory.report(System.out);
        } catch (CodeBException e) {
            System.err.println("bench: " + e.getMessage() + (e.hint().isEmpty() ? "" : "\nbench: " + e.hint()));
            System.exit(e.code().exitStatus());
        }
    }

    private void store(String title) {
        try (StorageBackend storage = storage()) {
            Contest contest = new Contest(title, out);
            contest.enter(Entrant.ours("CodeB", timed(() -> stream.into(storage.begin(OURS, WriteMode.CREATE))))
                    .lookedAtBy(() -> remove(storage, OURS)));
            rivals().forEach((name, rival) -> contest.enter(Entrant.rival("`" + rival.line() + "`", timed(rival::run))
                    .lookedAtBy(() -> remove(storage, new ObjectKey(name)))));
            report(title, contest.run(1, rounds));
        }
    }

    private StorageBackend storage() {
        URI location = URI.create(text("CODEB_BENCH_STORAGE"));
        ProviderConfig config = ProviderConfig.of(location.getScheme()).withLocation(location);
        if (config.id().equals("s3")) {
            config = config.withSecret("access-key", Secret.env("AWS_ACCESS_KEY_ID"))
                    .withSecret("secret-key", Secret.env("AWS_SECRET_ACCESS_KEY"));
        }
        return provider(StorageProvider.class, config.id()).create(config);
    }

    /** Each names its object as the variable that it is in ends. */
    private Map<String, Command> rivals() {
        Map<String, Command> rivals = new TreeMap<>();
        environment.keySet().stream()
                .filter(variable -> variable.startsWith("CODEB_BENCH_RIVAL_"))
                .forEach(variable -> rivals.put(
                        variable.substring("CODEB_BENCH_RIVAL_".length()), Command.from(environment, variable)));
        return rivals;
    }

    /** The memory of this JVM is looked at once, in the end. */
    private static LongSupplier timed(Runnable work) {
        return () -> {
            work.run();
            return 0;
        };
    }

    private void report(String title, List<Result> results) {
        double best = results.stream()
                .filter(result -> result.rival() && result.counts())
                .mapToDouble(Result::median)
                .min()
                .orElse(Double.NaN);
        out.println("\n" + Table.machine() + "\n");
        out.print(new Table(title)
                .withRate(bytes)
                .withSpeedBeside("speed beside the best of the others", best)
                .of(results));
    }

    private long remove(StorageBackend storage, ObjectKey key) {
        long size = storage.stat(key).map(StoredObject::size).orElse(-1L);
        if (size != bytes) {
            throw new ConfigException("of " + bytes + " bytes " + size + " are stored as " + key, "");
        }
        storage.delete(key);
        if (environment.containsKey("CODEB_BENCH_TIDY")) {
            Command.from(environment, "CODEB_BENCH_TIDY").run();
        }
        return size;
    }

    private void encode() {
        KeyedCodec age = (KeyedCodec) codec(ProviderConfig.of("age"));
        Codec toOneKey = age.with(age.newKey());
        Contest contest = new Contest("zstd and age", out);
        for (String threads : List.of("2", "0")) {
            Codec zstd =
                    codec(ProviderConfig.of("zstd").withOption("level", "3").withOption("threads", threads));
            contest.enter(Entrant.ours(
                    "CodeB, `zstd(3, " + threads + ")`",
                    timed(() -> stream.into(zstd.encode(toOneKey.encode(new NullSink()))))));
        }
        rivals().forEach((name, rival) -> contest.enter(Entrant.rival("`" + rival.line() + "`", timed(rival::run))));
        report("zstd and age", contest.run(1, rounds));
    }

    private static Codec codec(ProviderConfig config) {
        return provider(CodecProvider.class, config.id()).create(config);
    }

    /** Stores the stream once, reads it back, and compares. */
    private void prove() {
        try (StorageBackend storage = storage()) {
            Digesting written = new Digesting(storage.begin(OURS, WriteMode.CREATE));
            long start = System.nanoTime();
            stream.into(written);
            double writing = (System.nanoTime() - start) / 1e9;
            Digesting read = new Digesting(new NullSink());
            start = System.nanoTime();
            try (ByteSource source = storage.open(OURS, 0)) {
                Transfer.all(source, read, new Cancellation(), moved -> {});
            }
            double reading = (System.nanoTime() - start) / 1e9;
            out.print(Command.from(environment, "CODEB_BENCH_LOOK").output());
            String before = written.sha256();
            String after = read.sha256();
            out.printf(Locale.ROOT, "written: %d bytes in %.1f s, SHA-256 %s%n", written.size(), writing, before);
            out.printf(Locale.ROOT, "read:    %d bytes in %.1f s, SHA-256 %s%n", read.size(), reading, after);
            if (written.size() != bytes || read.size() != bytes || !after.equals(before)) {
                throw new IntegrityException(ErrorCode.CORRUPT, "what was read is not what was written", "");
            }
            remove(storage, OURS);
        }
    }

    /** Counts and digests what passes. */
    private static final class Digesting extends FilterSink {
        private final MessageDigest digest;
        private long size;

        Digesting(ByteSink downstream) {
            super(downstream);
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void accept(ByteBuffer src, ByteSink next) {
            size += src.remaining();
            digest.update(src.duplicate());
            next.write(src);
        }

        long size() {
            return size;
        }

        String sha256() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private static <P extends Provider<?>> P provider(Class<P> kind, String id) {
        return ServiceLoader.load(kind).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ConfigException("there is no " + kind.getSimpleName() + " '" + id + "'", ""));
    }

    private String text(String variable) {
        return Command.from(environment, variable).line();
    }
}
