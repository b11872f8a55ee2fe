package io.codeb.age;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.age.TestKeys.Pair;
import io.codeb.error.IntegrityException;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.codec.KeyedCodec;
import io.codeb.spi.io.ByteSink;
import io.codeb.tck.io.RecordingSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the codec writes the program age reads, and the other way round. */
class AgeProgramIT {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000})
    void theProgramReadsWhatTheCodecWrites(int size) throws Exception {
        Pair key = keygen();
        byte[] plain = content(size);

        byte[] encoded = TestKeys.encode(TestKeys.codec(TestKeys.to(Pair.make().recipient(), key.recipient())), plain);

        assertThat(age(encoded, "-d", "-i", file("key", key.identity()))).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000})
    void theCodecReadsWhatTheProgramWrites(int size) throws Exception {
        Pair key = keygen();
        byte[] plain = content(size);

        byte[] encoded = age(plain, "-r", Pair.make().recipient(), "-r", key.recipient());

        assertThat(TestKeys.decode(TestKeys.codec(TestKeys.with(key.identity())), encoded))
                .isEqualTo(plain);
    }

    @Test
    void aBackupsOwnKeyIsAnIdentityFileOfTheProgram() throws Exception {
        KeyedCodec codec = TestKeys.codec(TestKeys.to(Pair.make().recipient()));
        var key = codec.newKey();
        byte[] encoded = TestKeys.encode(codec.with(key), content(100_000));

        assertThat(age(encoded, "-d", "-i", file("key", key.reveal()))).isEqualTo(content(100_000));
    }

    @Test
    void theProgramRefusesWhatWasAborted() throws Exception {
        Pair key = keygen();
        Codec codec = TestKeys.codec(TestKeys.to(key.recipient()));
        RecordingSink encoded = new RecordingSink();
        ByteSink sink = codec.encode(encoded);
        sink.write(ByteBuffer.wrap(content(200_000)));
        sink.abort(new IllegalStateException("on purpose"));

        assertThatThrownBy(() -> TestKeys.decode(TestKeys.codec(TestKeys.with(key.identity())), encoded.bytes()))
                .isInstanceOf(IntegrityException.class);
        assertThat(start(encoded.bytes(), "age", "-d", "-i", file("key", key.identity()))
                        .waitFor())
                .isNotZero();
    }

    private Pair keygen() throws Exception {
        assertThat(start(new byte[0], "age-keygen").waitFor()).isZero();
        List<String> lines = Files.readAllLines(directory.resolve("output"));
        String identity = lines.stream()
                .filter(line -> line.startsWith("AGE-SECRET-KEY-"))
                .findFirst()
                .orElseThrow();
        String recipient = lines.stream()
                .filter(line -> line.startsWith("# public key: "))
                .map(line -> line.substring("# public key: ".length()))
                .findFirst()
                .orElseThrow();
        assertThat(Keys.recipientOf(identity)).isEqualTo(recipient);
        return new Pair(identity, recipient);
    }

    private static byte[] content(int size) {
        return "a row of it\n".repeat(size / 12 + 1).substring(0, size).getBytes(US_ASCII);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private byte[] age(byte[] input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("age"));
        command.addAll(List.of(arguments));
        Process process = start(input, command.toArray(String[]::new));
        assertThat(process.waitFor()).as("%s", command).isZero();
        return Files.readAllBytes(directory.resolve("output"));
    }

    private Process start(byte[] input, String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectInput(Files.write(directory.resolve("input"), input).toFile())
                .redirectOutput(directory.resolve("output").toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
