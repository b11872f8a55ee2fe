package io.codeb.internal.host;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.error.ContainerException;
import io.codeb.error.ErrorCode;
import io.codeb.model.Cancellation;
import io.codeb.model.Secret;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.spi.runtime.ContainerInfo;
import io.codeb.spi.runtime.ContainerRuntime;
import io.codeb.spi.runtime.ExecSession;
import io.codeb.spi.runtime.ExecSpec;
import io.codeb.spi.runtime.RuntimeConfig;
import io.codeb.spi.runtime.RuntimeProvider;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the host runtime does beyond the contract of all runtimes, which codeb-tck runs against it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostRuntimeTest {
    private static final Set<String> PASSED_ON = Set.of("PATH", "HOME", "TMPDIR", "LANG", "CODEB_EXEC", "OWN");
    private static final boolean IS_ROOT = "root".equals(System.getProperty("user.name"));

    private final ContainerRuntime runtime = new HostRuntimeProvider().create(ProviderConfig.of("host"));

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void theServiceLoaderFindsIt() {
        assertThat(ServiceLoader.load(RuntimeProvider.class))
                .anySatisfy(provider -> assertThat(provider.id()).isEqualTo("host"));
    }

    @Test
    void anEndpointIsRefused() {
        RuntimeConfig config = RuntimeConfig.of("host")
                .withEndpoint(URI.create("tcp://host:1"))
                .withTls(Path.of("/certs"));

        assertThatThrownBy(() -> new HostRuntimeProvider().create(config.provided()))
                .isInstanceOfSatisfying(
                        ConfigException.class, e -> assertThat(e.problems()).hasSize(2));
    }

    @Test
    void theHostIsARunningContainerOfAnyName() {
        ContainerInfo info = runtime.inspect("whatever");

        assertThat(info.name()).isEqualTo("whatever");
        assertThat(info.state()).isEqualTo(ContainerInfo.State.RUNNING);
        assertThat(info.ports()).isEmpty();
    }

    @Test
    void aCommandSeesLittleOfThisProcessesEnvironment() {
        assertThat(System.getenv().keySet()).anyMatch(name -> !PASSED_ON.contains(name) && !name.startsWith("LC_"));

        Set<String> names = Arrays.stream(output(ExecSpec.of("env", "-0").withEnvironment("OWN", "x"))
                        .split("\0"))
                .map(line -> line.substring(0, line.indexOf('=')))
                .filter(name -> !name.startsWith("LC_"))
                .collect(Collectors.toSet());

        assertThat(names).isSubsetOf(PASSED_ON).contains("PATH", "OWN");
    }

    @Test
    void anotherUserIsForRootOnly() {
        ExecSpec spec = ExecSpec.of("id", "-un").asUser("nobody");

        if (IS_ROOT) {
            assertThat(output(spec)).isEqualTo("nobody\n");
        } else {
            assertNotStarted(spec, "root");
        }
    }

    @Test
    void onesOwnUserIsForEverybody() {
        String self = System.getProperty("user.name");

        assertThat(output(ExecSpec.of("id", "-un").asUser(self))).isEqualTo(self + "\n");
    }

    @Test
    void whatIsNoProgramIsNotStartedAsAnotherUserEither() {
        for (String program : List.of("no-such-program", "/no/such/program", "/etc", "/etc/passwd")) {
            assertNotStarted(ExecSpec.of(program).asUser("nobody"), IS_ROOT ? "no such program" : "root");
        }
    }

    @Test
    void whatTheLocaleCannotCarryIsRefusedAndNotChanged() {
        ExecSpec plain = ExecSpec.of("true");
        for (ExecSpec spec : List.of(
                ExecSpec.of("true", "데이터"),
                plain.withEnvironment("NAME", "Größe"),
                plain.withSecret("PASS", Secret.of("gehe\u00efm")))) {
            assertThatThrownBy(() -> new HostCommand(spec, US_ASCII).start())
                    .isInstanceOfSatisfying(ContainerException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.EXEC_NOT_STARTED);
                        assertThat(e.hint()).contains("UTF-8");
                    })
                    .hasMessageNotContaining("gehe");
        }
    }

    @Test
    void aChildWhoseParentDiedIsKilledToo() throws Exception {
        ExecSession session = start(ExecSpec.of("sh", "-c", "(sleep 1000 </dev/null & echo $!); exec cat")
                .withStdin());
        ProcessHandle orphan = processNumberedIn(session);

        session.close();

        orphan.onExit().get(30, TimeUnit.SECONDS);
        assertThat(orphan.isAlive()).isFalse();
    }

    @Test
    void aChildInASessionOfItsOwnIsKilledToo() throws Exception {
        ExecSession session = start(ExecSpec.of("sh", "-c", "setsid sh -c 'echo $$; exec sleep 1000' & wait"));
        ProcessHandle detached = processNumberedIn(session);

        session.close();

        detached.onExit().get(30, TimeUnit.SECONDS);
        assertThat(detached.isAlive()).isFalse();
    }

    @Test
    void aDaemonThatACommandLeftBehindOnPurposeLives() throws Exception {
        ProcessHandle daemon;
        try (ExecSession session = start(ExecSpec.of("sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $!"))) {
            daemon = processNumberedIn(session);
            assertThat(session.await()).isZero();
        }

        assertThat(daemon.isAlive()).isTrue();
        daemon.destroyForcibly();
        daemon.onExit().get(30, TimeUnit.SECONDS);
    }

    @Test
    void aCommandThatEndsWellBeforeItsInputDoesIsNoSuccess() {
        try (ExecSession session = start(ExecSpec.of("true").withStdin())) {
            assertThatThrownBy(() -> {
                        while (true) {
                            session.stdin().write(ByteBuffer.allocate(100_000));
                        }
                    })
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EXEC_LOST));
        }
    }

    @Test
    void closingTheRuntimeKillsWhatRuns() throws Exception {
        ExecSession session = start(ExecSpec.of("sh", "-c", "echo $$; exec sleep 1000"));
        ProcessHandle process = processNumberedIn(session);

        runtime.close();

        process.onExit().get(30, TimeUnit.SECONDS);
        assertThatThrownBy(session::await).isInstanceOf(CodeBException.class);
        assertThatThrownBy(() -> start(ExecSpec.of("true"))).isInstanceOf(IllegalStateException.class);
    }

    private ExecSession start(ExecSpec spec) {
        return runtime.exec("host", spec, new Cancellation());
    }

    private String output(ExecSpec spec) {
        try (ExecSession session = start(spec)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(8_192);
            while (session.stdout().read(buffer.clear()) != ByteSource.END) {
                all.write(buffer.array(), 0, buffer.position());
            }
            return all.toString(UTF_8);
        }
    }

    private static ProcessHandle processNumberedIn(ExecSession session) {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (session.stdout().read(one.clear()) != ByteSource.END && one.get(0) != '\n') {
            line.append((char) one.get(0));
        }
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(line.toString()));
        return process.orElseThrow();
    }

    private void assertNotStarted(ExecSpec spec, String why) {
        try (ExecSession session = start(spec)) {
            assertThatThrownBy(session::await)
                    .isInstanceOfSatisfying(
                            CodeBException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.EXEC_NOT_STARTED))
                    .hasMessageContaining(why);
        }
    }
}
