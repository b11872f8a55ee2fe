package io.codeb.tck.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CancelledException;
import io.codeb.error.CodeBException;
import io.codeb.model.Cancellation;
import io.codeb.model.EntryKind;
import io.codeb.model.RestoreMode;
import io.codeb.model.RestoreOptions;
import io.codeb.model.Secret;
import io.codeb.model.Selection;
import io.codeb.spi.engine.DatabaseEngine;
import io.codeb.spi.engine.DatabaseTarget;
import io.codeb.spi.engine.DrillServers;
import io.codeb.spi.engine.DrillServers.Shortage;
import io.codeb.spi.engine.DumpFacts;
import io.codeb.spi.engine.DumpSpec;
import io.codeb.spi.engine.RestoreFacts;
import io.codeb.spi.engine.RestoreSpec;
import io.codeb.spi.engine.ServerTarget;
import io.codeb.spi.engine.ToolHost;
import io.codeb.spi.runtime.ContainerManager;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ContainerSpec;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link DrillServers} promises. Inherit it, say where containers are made and of which image, and run it.
 *
 * <p>Each test makes a container at the most, and removes it.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class DrillServersContract {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final long MEMORY_DISK = 256L * 1024 * 1024;
    private static final String CANARY = "canary 4711";

    private final String name = "codeb-tck-" + UUID.randomUUID();
    private final Secret password = Secret.of(CANARY);
    private final Cancellation cancellation = new Cancellation();

    /** For subclasses. */
    protected DrillServersContract() {}

    /**
     * Whose servers they are.
     *
     * @return the same for all calls in one test; its {@link DatabaseEngine#drills()} are tested
     */
    protected abstract DatabaseEngine engine();

    /**
     * Makes the containers.
     *
     * @return a runtime that has a {@link ContainerManager}
     */
    protected abstract ContainerRuntime runtime();

    /**
     * Names an image of a server of the engine's kind.
     *
     * @return one that is there
     */
    protected abstract String image();

    /**
     * Names a database with tables and rows, whose dump names something that a new server lacks, if the engine knows
     * such things.
     *
     * @return where it is
     */
    protected abstract DatabaseTarget source();

    /**
     * Says what such a server writes when it has too little of something.
     *
     * @param shortage of what
     * @return lines of its log
     */
    protected abstract String logOf(Shortage shortage);

    private DrillServers servers() {
        return engine().drills().orElseThrow();
    }

    private ContainerManager manager() {
        return runtime().manager().orElseThrow();
    }

    private ContainerSpec spec(boolean inMemory) {
        OptionalLong disk = inMemory ? OptionalLong.of(MEMORY_DISK) : OptionalLong.empty();
        return servers().container(image(), password, disk);
    }

    /** Runs one as a drill does, and waits until it answers. */
    private ServerTarget start(boolean inMemory) {
        String id = manager()
                .run(spec(inMemory).withName(name).withoutNetwork(), cancellation)
                .id();
        ServerTarget server = servers().server(ToolHost.of(runtime(), id), password);
        while (!servers().answers(server, cancellation)) {
            cancellation.pause(LOOK_AGAIN);
        }
        return server;
    }

    @AfterEach
    final void removeContainer() {
        manager().remove(name);
    }

    @Test
    void whatIsRunIsReachedByNobodyAndHasItsPasswordAsASecret() {
        ContainerSpec spec = spec(false);

        assertThat(spec.image()).isEqualTo(image());
        assertThat(spec.publications()).isEmpty();
        assertThat(spec.name()).isEmpty();
        assertThat(spec.command()).noneMatch(word -> word.contains(CANARY));
        assertThat(spec.environment().values()).noneMatch(value -> value.contains(CANARY));
        assertThat(spec.secrets().values()).extracting(Secret::reveal).contains(CANARY);
        assertThat(spec.toString()).doesNotContain(CANARY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThatAnswersIsThereForGoodAndTakesADumpThatItIsPreparedFor(boolean inMemory) {
        MemoryDump output = MemoryDump.taking();
        DumpFacts dump = engine().dump(source(), DumpSpec.of(Selection.EVERYTHING), output, cancellation);
        ServerTarget server = start(inMemory);
        assertThat(servers().answers(server, cancellation)).isTrue();

        servers().prepare(server, dump, cancellation);
        servers().prepare(server, dump, cancellation);
        RestoreSpec spec =
                RestoreSpec.of(RestoreMode.NEW, dump).withOptions(RestoreOptions.AS_DUMPED.withoutTablespaces());
        RestoreFacts restored = engine().restore(
                        server.database("drilled"), spec, MemoryInput.of(output.bytes(EntryKind.DUMP)), cancellation);

        assertThat(restored.tables()).isEqualTo(dump.tables()).isNotEmpty();
        assertThat(restored.clean()).isTrue();
    }

    @Test
    void whoeverIsAdmittedMayDoEverything() {
        MemoryDump output = MemoryDump.taking();
        DumpFacts dump = engine().dump(source(), DumpSpec.of(Selection.EVERYTHING), output, cancellation);
        ServerTarget server = start(true);
        servers().prepare(server, dump, cancellation);

        ServerTarget once = servers().admit(server, "it's \"me\"", cancellation);
        ServerTarget again = servers().admit(server, "it's \"me\"", cancellation);

        assertThat(once.user()).isEqualTo("it's \"me\"").isEqualTo(again.user());
        RestoreSpec spec =
                RestoreSpec.of(RestoreMode.NEW, dump).withOptions(RestoreOptions.AS_DUMPED.withoutTablespaces());
        RestoreFacts restored = engine().restore(
                        once.database("drilled"), spec, MemoryInput.of(output.bytes(EntryKind.DUMP)), cancellation);
        assertThat(restored.tables()).isEqualTo(dump.tables());
        assertThat(servers().admit(server, server.user(), cancellation)).isEqualTo(server);
    }

    @Test
    void oneThatIsGoneIsNotAskedAgain() {
        ServerTarget server = start(true);
        manager().remove(name);

        assertThatThrownBy(() -> servers().answers(server, cancellation)).isInstanceOf(CodeBException.class);
    }

    @Test
    void askingEndsWhenItIsCancelled() {
        ServerTarget server = start(true);
        Cancellation cancelled = new Cancellation();
        cancelled.cancel("on purpose");

        assertThatThrownBy(() -> servers().answers(server, cancelled)).isInstanceOf(CancelledException.class);
    }

    @ParameterizedTest
    @EnumSource
    void whatAServerHasTooLittleOfIsReadInItsLog(Shortage shortage) {
        String usual = "ready for connections\n";

        assertThat(servers().shortage(usual + logOf(shortage) + "\n" + usual)).contains(shortage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ready for connections\n", "%s $(x) '; --\n"})
    void aLogThatSaysNothingOfThatSaysNothing(String log) {
        assertThat(servers().shortage(log)).isEmpty();
    }
}
