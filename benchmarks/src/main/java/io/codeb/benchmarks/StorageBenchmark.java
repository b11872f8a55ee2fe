package io.codeb.benchmarks;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.model.Secret;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.CodecProvider;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.io.ByteSink;
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
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

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
     * @param args which ({@code upload}, {@code write} or {@code encode}), and how many rounds
     */
    public static void main(String[] args) {
        try (Memory memory = new Memory()) {
            StorageBenchmark benchmark = new StorageBenchmark(System.getenv(), Integer.parseInt(args[1]), System.out);
            switch (args[0]) {
                case "upload" -> benchmark.store("upload");
                case "write" -> benchmark.store("write");
                case "encode" -> benchmark.encode();
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
            Contest contest = new Contest(title, bytes, out);
            contest.enter(
                    "CodeB", () -> stream.into(storage.begin(OURS, WriteMode.CREATE)), () -> remove(storage, OURS));
            rivals().forEach((name, rival) ->
                    contest.enter(rival.line(), rival::run, () -> remove(storage, new ObjectKey(name))));
            contest.run(rounds);
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

    private void remove(StorageBackend storage, ObjectKey key) {
        long size = storage.stat(key).map(StoredObject::size).orElse(-1L);
        if (size != bytes) {
            throw new ConfigException("of " + bytes + " bytes " + size + " are stored as " + key, "");
        }
        storage.delete(key);
        if (environment.containsKey("CODEB_BENCH_TIDY")) {
            Command.from(environment, "CODEB_BENCH_TIDY").run();
        }
    }

    private void encode() {
        Codec zstd = provider(CodecProvider.class, "zstd")
                .create(ProviderConfig.of("zstd")
                        .withOption("level", "3")
                        .withOption("threads", text("CODEB_BENCH_THREADS")));
        KeyedCodec age = (KeyedCodec) provider(CodecProvider.class, "age").create(ProviderConfig.of("age"));
        Codec toOneKey = age.with(age.newKey());
        Contest contest = new Contest("zstd and age", bytes, out);
        contest.enter("CodeB", () -> stream.into(zstd.encode(toOneKey.encode(new Nowhere()))), () -> {});
        rivals().forEach((name, rival) -> contest.enter(rival.line(), rival::run, () -> {}));
        contest.run(rounds);
    }

    /** Takes bytes and keeps none. */
    private static final class Nowhere implements ByteSink {
        @Override
        public void write(ByteBuffer src) {
            src.position(src.limit());
        }

        @Override
        public void finish() {}

        @Override
        public void abort(Throwable cause) {}

        @Override
        public void close() {}
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
