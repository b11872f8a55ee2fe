package io.codeb.model;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.codeb.error.CancelledException;
import io.codeb.error.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where secrets come from, and sources that are none. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SecretTest {
    @TempDir
    private Path directory;

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("password"), content);
    }

    /** What the source is refused with: it names the source, helps, and shows the secret nowhere. */
    private static ConfigException refusal(Secret secret, String source) {
        ConfigException refusal = catchThrowableOfType(ConfigException.class, secret::reveal);
        assertThat(refusal).isNotNull().hasMessageContaining(source);
        assertThat(refusal.hint()).isNotEmpty();
        StringWriter all = new StringWriter();
        refusal.printStackTrace(new PrintWriter(all));
        assertThat(all + refusal.hint()).doesNotContain("canary");
        return refusal;
    }

    private static ConfigException refusal(Path file) {
        return refusal(Secret.file(file), file.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"s\n", "s\r\n", "s"})
    void oneNewlineAtTheEndOfAFileIsNotOfTheSecret(String content) throws IOException {
        assertThat(Secret.file(file(content)).reveal()).isEqualTo("s");
    }

    @Test
    void everythingElseInAFileIsOfTheSecret() throws IOException {
        assertThat(Secret.file(file(" s\r\n \n\n")).reveal()).isEqualTo(" s\r\n \n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void anEmptyFileIsNoSecret(String content) throws IOException {
        assertThat(refusal(file(content))).hasMessageContaining("is empty");
    }

    @Test
    void aFileOf64KibIsTakenAndALargerOneIsNot() throws IOException {
        String most = "canary".repeat(11_000).substring(0, 64 * 1024);
        assertThat(Secret.file(file(most)).reveal()).isEqualTo(most);
        assertThat(refusal(file(most + "\n"))).hasMessageContaining("larger than 64 KiB");
    }

    /** The file systems of the kernel tell a size of 0 for what they make up when it is read. */
    @Test
    void theSizeThatAFileSystemTellsIsNotBelieved() {
        assertThat(Path.of("/proc/self/smaps")).hasSize(0);
        assertThat(refusal(Path.of("/proc/self/smaps"))).hasMessageContaining("larger than 64 KiB");
        assertThat(Secret.file(Path.of("/proc/version")).reveal()).startsWith("Linux");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/zero", "/dev/null", "/dev", "/"})
    void devicesAndDirectoriesAreNoSecrets(String path) {
        assertThat(refusal(Path.of(path))).hasMessageContaining("is no regular file");
    }

    @Test
    void aPipeThatNobodyWritesToIsRefusedAtOnce() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(refusal(pipe)).hasMessageContaining("is no regular file");
    }

    /** A shell hands {@code <(…)} over as a pipe under a number. */
    @Test
    void aPipeUnderANumberIsRefused() throws Exception {
        Process writer = new ProcessBuilder("sh", "-c", "echo canary; cat").start();
        try {
            Path pipe = descriptors()
                    .filter(each -> link(each).startsWith("pipe:"))
                    .findAny()
                    .orElseThrow();
            assertThat(refusal(pipe)).hasMessageContaining("is no regular file");
        } finally {
            writer.destroyForcibly();
            assertThat(writer.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** A shell hands {@code 3</run/secret} over as an open file under a number; it is read from its beginning. */
    @Test
    void anOpenFileUnderANumberIsReadAtEachUse() throws IOException {
        Path file = file("s\n").toRealPath();
        try (InputStream open = Files.newInputStream(file)) {
            Path number = descriptors()
                    .filter(each -> link(each).equals(file.toString()))
                    .findAny()
                    .orElseThrow();
            Secret secret = Secret.file(Path.of("/dev/fd").resolve(number.getFileName()));
            assertThat(secret.reveal()).isEqualTo("s");
            assertThat(secret.reveal()).isEqualTo("s");
            assertThat(open.read()).isEqualTo('s');
        }
    }

    private static Stream<Path> descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.toList().stream();
        }
    }

    private static String link(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "";
        }
    }

    /** As Kubernetes does it: a link to a file, by way of a link to a directory, which is what changes. */
    @Test
    void aSecretBehindLinksIsReadAnewWhenOneOfThemChanges() throws IOException {
        write("first", "old");
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("first"));
        Path mounted = Files.createSymbolicLink(directory.resolve("password"), Path.of("..data/password"));
        Secret secret = Secret.file(mounted);
        assertThat(secret.reveal()).isEqualTo("old");
        write("second", "new");
        Files.createSymbolicLink(directory.resolve("..next"), Path.of("second"));
        Files.move(directory.resolve("..next"), directory.resolve("..data"), ATOMIC_MOVE);
        assertThat(secret.reveal()).isEqualTo("new");
    }

    private void write(String parent, String content) throws IOException {
        Files.writeString(Files.createDirectory(directory.resolve(parent)).resolve("password"), content);
    }

    @Test
    void aFileThatIsNotThereAndALinkToNothingAreToldApartFromOthers() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere"));
        assertThat(refusal(link)).hasMessageContaining("NoSuchFile");
        assertThat(refusal(directory.resolve("missing"))).hasMessageContaining("NoSuchFile");
        Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        assertThat(refusal(loop)).hasMessageContaining("cannot be read");
    }

    @Test
    void aFileThatIsNoTextIsNotShown() throws IOException {
        Path file = Files.write(
                directory.resolve("key"), new byte[] {'c', 'a', 'n', 'a', 'r', 'y', (byte) 0xff, (byte) 0xfe});
        assertThat(refusal(file)).hasMessageContaining("is not in UTF-8");
    }

    @Test
    void aVariableThatIsNotSetOrEmptyIsNoSecret() {
        Map<String, String> variables = new HashMap<>();
        Secret secret = Secret.env("SHOP_PASSWORD", variables::get);
        assertThat(refusal(secret, "SHOP_PASSWORD")).hasMessageContaining("is not set");
        variables.put("SHOP_PASSWORD", "");
        assertThat(refusal(secret, "SHOP_PASSWORD")).hasMessageContaining("is empty");
        variables.put("SHOP_PASSWORD", "s");
        assertThat(secret.reveal()).isEqualTo("s");
    }

    @Test
    void aCallbackIsAskedAtEachUse() {
        AtomicReference<String> vault = new AtomicReference<>("old");
        Secret secret = Secret.callback("vault", vault::get);
        assertThat(secret.reveal()).isEqualTo("old");
        vault.set("new");
        assertThat(secret.reveal()).isEqualTo("new");
    }

    @Test
    void whatACallbackThrowsIsNotRepeated() {
        Secret secret = Secret.callback("vault", () -> {
            throw new IllegalStateException("token canary is no longer valid", new IOException("canary"));
        });
        assertThat(refusal(secret, "vault")).hasMessageContaining("IllegalStateException");
    }

    @Test
    void whatACallbackKnowsToTellGoesOn() {
        CancelledException cancelled = new CancelledException("enough");
        Secret secret = Secret.callback("vault", () -> {
            throw cancelled;
        });
        assertThat(catchThrowableOfType(CancelledException.class, secret::reveal))
                .isSameAs(cancelled);
    }

    @Test
    @SuppressWarnings("NullAway") // what Java's compiler does not hold applications back from
    void aCallbackThatAnswersNothingIsToldOf() {
        for (Secret secret : List.of(Secret.callback("vault", () -> null), Secret.callback("vault", () -> ""))) {
            assertThat(refusal(secret, "vault")).hasMessageContaining("answered nothing");
        }
    }

    @Test
    void whatIsToldOfACommandHasNoSecretInIt() {
        List<Secret> secrets = List.of(Secret.of("canary"), Secret.of("canary-bird"), Secret.of("x"));

        assertThat(Secret.redact("user=app password=canary-bird, canary: no", secrets))
                .isEqualTo("user=app password=***, ***: no");
        assertThat(Secret.redact("nothing", secrets)).isEqualTo("nothing");
        assertThat(Secret.redact("", secrets)).isEmpty();
    }

    @Test
    void whatIsLeftOfASecretWhereATextWasCutIsNotToldEither() {
        List<Secret> secrets = List.of(Secret.of("0123456789"));

        assertThat(Secret.redact("3456789 is wrong, try 012345678", secrets)).isEqualTo("*** is wrong, try ***");
        assertThat(Secret.redact("789 is wrong, try 012", secrets)).isEqualTo("789 is wrong, try 012");
    }

    @Property
    void noTextWithASecretInItKeepsFourOfItsCharactersAtAnEdge(
            @ForAll @StringLength(min = 8, max = 20) @AlphaChars String value,
            @ForAll @StringLength(max = 20) @NumericChars String around,
            @ForAll @IntRange(max = 60) int from,
            @ForAll @IntRange(max = 60) int length) {
        String said = around + value + around + value + around;
        int start = Math.min(from, said.length());
        String cut = said.substring(start, Math.min(said.length(), start + length));

        String told = Secret.redact(cut, List.of(Secret.of(value)));

        for (int i = 0; i + 4 <= value.length(); i++) {
            String piece = value.substring(i, i + 4);
            // A piece out of the middle, which is all that there is of it, is known by nobody.
            if (!value.contains(cut)) {
                assertThat(told).doesNotContain(piece);
            }
        }
    }
}
