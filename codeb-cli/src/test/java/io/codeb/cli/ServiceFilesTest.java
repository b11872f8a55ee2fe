package io.codeb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.codeb.model.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The unit of systemd and the Containerfile that the distribution has call the command as it can be called. */
class ServiceFilesTest {
    private static final Path FILES = Path.of("src/main/dist/share/codeb");

    private static ServeCommand serve(List<String> words) {
        ParseResult parsed = WordsTest.commands().parseArgs(words.toArray(String[]::new));
        CommandLine called =
                parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
        return (ServeCommand) called.getCommand();
    }

    private static String setting(String name, String text) {
        List<String> found = text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()))
                .toList();
        assertThat(found).as(name).hasSize(1);
        return found.get(0);
    }

    @Test
    void theUnitGivesTheCommandTheTimeThatItTakesToEnd() throws IOException {
        String unit = Files.readString(FILES.resolve("codeb.service"));
        List<String> words = List.of(setting("ExecStart=", unit).split(" "));
        assertThat(words.get(0)).isEqualTo("/opt/codeb/bin/codeb");
        ServeCommand command = serve(words.subList(1, words.size()));
        App app = new App(terminal(), Map.of(), new Cancellation());
        app.bePatient(command.grace.of(command));

        String limit = setting("TimeoutStopSec=", unit);
        Duration stop =
                Duration.parse("PT" + limit.replace("min", "M").replace(" ", "").replaceAll("s$", "S"));
        assertThat(stop).isGreaterThan(app.patience());
        assertThat(setting("KillMode=", unit)).isEqualTo("mixed");
        assertThat(setting("SuccessExitStatus=", unit)).isEqualTo("143");
        assertThat(setting("RestartPreventExitStatus=", unit)).isEqualTo(Integer.toString(App.MISUSE));
        assertThat(String.valueOf(command.state.state)).isEqualTo("/var/lib/" + setting("StateDirectory=", unit));
    }

    @Test
    void theImageStartsTheServer() throws IOException {
        String file = Files.readString(FILES.resolve("Containerfile"));
        List<String> words = Arrays.asList(new JsonMapper().readValue(setting("CMD ", file), String[].class));

        ServeCommand command = serve(words);

        assertThat(command.address).isEqualTo("0.0.0.0:" + setting("EXPOSE ", file));
        assertThat(file).contains("CODEB_STATE=/var/lib/codeb", "0700 /var/lib/codeb");
    }

    private static Terminal terminal() {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new Terminal(
                new ByteArrayInputStream(new byte[0]),
                nowhere,
                nowhere,
                false,
                false,
                false,
                80,
                Locale.ENGLISH,
                ZoneOffset.UTC);
    }
}
