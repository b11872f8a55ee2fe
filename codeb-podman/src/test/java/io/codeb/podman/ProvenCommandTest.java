package io.codeb.podman;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The wrapper in the shells that images have: whatever is here of {@code sh}, dash and bash as sh. */
class ProvenCommandTest {
    private static String stdoutOf(ProvenCommand proof, List<String> shell, boolean nice, String... command)
            throws Exception {
        List<String> words = new ArrayList<>(shell);
        List<String> wrapped = proof.wrap(List.of(command), false, nice);
        words.addAll(wrapped.subList(1, wrapped.size()));
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        process.waitFor();
        return out;
    }

    @ParameterizedTest
    @CsvSource({
        "true,0,true", "false,1,true", "no-such-program,127,false", "/no/such,127,false",
        "/etc/passwd,126,false", "/etc,126,false", "exit,127,false", "unset,127,false"
    })
    void theTrailerSaysHowItEndedAndWhetherItBegan(String program, int status, boolean started) throws Exception {
        for (List<String> shell : List.of(List.of("sh"), List.of("bash", "--posix"))) {
            ProvenCommand proof = new ProvenCommand();
            for (boolean nice : List.of(false, true)) {
                assertThat(proof.trailer(stdoutOf(proof, shell, nice, program, "1")))
                        .as("%s in %s", program, shell)
                        .contains(new ProvenCommand.Trailer(status, started));
            }
        }
    }

    @Test
    void aNiceCommandHasWhatOthersLeave() throws Exception {
        ProvenCommand proof = new ProvenCommand();

        String[] said =
                stdoutOf(proof, List.of("sh"), true, "sh", "-c", "nice; ionice").split("\n");

        assertThat(said).startsWith("19", "idle");
    }

    @ParameterizedTest
    @CsvSource({"' 256\n'", "' 0'", "' -1\n'", "' 0\n\n'", "'  0\n'", "' 0000\n'", "'\n'"})
    void whatIsNoTrailerIsNotTakenForOne(String behindNonce) {
        ProvenCommand proof = new ProvenCommand();
        assertThat(proof.trailer(proof.nonce() + behindNonce)).isEmpty();
    }
}
