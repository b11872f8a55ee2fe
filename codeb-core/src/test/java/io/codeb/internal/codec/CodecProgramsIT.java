package io.codeb.internal.codec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.IntegrityException;
import io.codeb.spi.codec.Codec;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.ByteSource;
import io.codeb.spi.provider.ProviderConfig;
import io.codeb.tck.io.BytesSource;
import io.codeb.tck.io.RecordingSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the codecs write, the programs zstd and gzip read, and the other way round. */
class CodecProgramsIT {
    private static final Codec ZSTD = new ZstdCodecProvider().create(ProviderConfig.of("zstd"));
    private static final Codec GZIP = new GzipCodecProvider().create(ProviderConfig.of("gzip"));

    @TempDir
    Path directory;

    static Stream<Arguments> programs() {
        return Stream.of(
                Arguments.of(ZSTD, List.of("zstd", "-q", "-c")),
                Arguments.of(ZSTD, List.of("zstd", "-q", "-c", "-19", "--long=27")),
                Arguments.of(ZSTD, List.of("zstd", "-q", "-c", "-T2", "--no-check")),
                Arguments.of(
                        new ZstdCodecProvider()
                                .create(ProviderConfig.of("zstd")
                                        .withOption("level", "9")
                                        .withOption("threads", "2")),
                        List.of("zstd", "-q", "-c", "--fast=5")),
                Arguments.of(GZIP, List.of("gzip", "-c")),
                Arguments.of(
                        new GzipCodecProvider().create(ProviderConfig.of("gzip").withOption("level", "1")),
                        List.of("gzip", "-c", "-9")));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void theProgramReadsWhatTheCodecWrites(Codec codec, List<String> program) throws Exception {
        byte[] plain = content();
        RecordingSink encoded = new RecordingSink();
        try (ByteSink sink = codec.encode(encoded)) {
            sink.write(ByteBuffer.wrap(plain));
            sink.finish();
        }

        assertThat(run(List.of(program.get(0), "-t"), encoded.bytes())).isEmpty();
        assertThat(run(List.of(program.get(0), "-dc"), encoded.bytes())).isEqualTo(plain);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void theCodecReadsWhatTheProgramWrites(Codec codec, List<String> program) throws Exception {
        byte[] plain = content();
        // From a file, so that the program records its name, its time and its size, as it does for people.
        Path file = Files.write(directory.resolve("dump with a name.sql"), plain);
        List<String> command =
                Stream.concat(program.stream(), Stream.of(file.toString())).toList();

        byte[] encoded = run(command, new byte[0]);

        assertThat(decode(codec, encoded)).isEqualTo(plain);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void theProgramRefusesWhatWasAborted(Codec codec, List<String> program) throws Exception {
        RecordingSink encoded = new RecordingSink();
        ByteSink sink = codec.encode(encoded);
        sink.write(ByteBuffer.wrap(content()));
        sink.abort(new IllegalStateException("on purpose"));

        assertThatThrownBy(() -> decode(codec, encoded.bytes())).isInstanceOf(IntegrityException.class);
        assertThat(statusOf(List.of(program.get(0), "-t"), encoded.bytes())).isNotZero();
    }

    private static byte[] decode(Codec codec, byte[] encoded) {
        try (ByteSource source = codec.decode(BytesSource.of(encoded))) {
            return BytesSource.readAll(source);
        }
    }

    private static byte[] content() {
        Random random = new Random(1);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            lines.append(i).append('\t').append(random.nextInt()).append("\tsome words of a row\n");
        }
        return lines.toString().getBytes(US_ASCII);
    }

    private byte[] run(List<String> command, byte[] input) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        assertThat(start(command, input, output).waitFor()).as("%s", command).isZero();
        return Files.readAllBytes(output);
    }

    private int statusOf(List<String> command, byte[] input) throws IOException, InterruptedException {
        return start(command, input, directory.resolve("output")).waitFor();
    }

    private Process start(List<String> command, byte[] input, Path output) throws IOException {
        Path inputFile = Files.write(directory.resolve("input"), input);
        return new ProcessBuilder(command)
                .redirectInput(inputFile.toFile())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
