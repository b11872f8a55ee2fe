package io.codeb.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.codeb.config.Durations;
import io.codeb.error.CodeBException;
import io.codeb.error.ConfigException;
import io.codeb.json.ErrorView;
import io.codeb.model.Cancellation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command: words to commands, answers to text or JSON, errors to statuses. */
final class App {
    /** Somebody has called it wrongly, or configured it so. */
    static final int MISUSE = 2;

    /** Something is wrong with the command itself. */
    static final int INTERNAL = 70;

    /** Nobody reads what it writes any more: as if SIGPIPE had ended it. */
    static final int PIPE_CLOSED = 141;

    private static final int LEAST_HELP_COLUMNS = 55;
    private static final int MOST_HELP_COLUMNS = 100;

    private final Terminal terminal;
    private final Map<String, String> environment;
    private final Cancellation cancellation;
    private final Words words;
    private volatile Duration patience = Duration.ofSeconds(60);

    App(Terminal terminal, Map<String, String> environment, Cancellation cancellation) {
        this.terminal = terminal;
        this.environment = environment;
        this.cancellation = cancellation;
        this.words = new Words(terminal.locale(), terminal.zone());
    }

    /** Runs what the words say, and answers how the process ends. */
    int run(String... arguments) {
        int status = commandLine().execute(arguments);
        terminal.out().flush();
        terminal.err().flush();
        return terminal.out().checkError() && status == 0 ? PIPE_CLOSED : status;
    }

    CommandLine commandLine() {
        CommandLine line = new CommandLine(new Codeb(this));
        line.setResourceBundle(Words.bundle(terminal.locale()));
        line.setExpandAtFiles(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.registerConverter(Duration.class, App::duration);
        line.setUsageHelpWidth(Math.max(LEAST_HELP_COLUMNS, Math.min(MOST_HELP_COLUMNS, terminal.columns())));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(colored() ? Ansi.ON : Ansi.OFF));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setParameterExceptionHandler(this::misused);
        line.setExecutionExceptionHandler(this::failed);
        return line;
    }

    private static Duration duration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "' is no time: " + e.getMessage());
        }
    }

    private boolean colored() {
        return terminal.outIsTerminal()
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !isDumb();
    }

    private boolean isDumb() {
        return environment.getOrDefault("TERM", "").equals("dumb");
    }

    Terminal terminal() {
        return terminal;
    }

    Map<String, String> environment() {
        return environment;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    Words words() {
        return words;
    }

    /** How long what goes on is waited for when the process is told to end. */
    Duration patience() {
        return patience;
    }

    /** What goes on may take longer than usual when the process is told to end. */
    void bePatient(Duration longer) {
        patience = patience.plus(longer);
    }

    /** Does what a command does, and prints its answer when all that it opened is closed. */
    int run(Task task) throws IOException {
        Answer answer;
        ProgressLine progress = new ProgressLine(terminal, words, isDumb());
        try (Session session = new Session(this, task.common, progress)) {
            answer = task.run(session);
        } finally {
            progress.end();
        }
        if (task.common.json) {
            terminal.out().println(json(answer.value()));
        } else {
            int columns = terminal.outIsTerminal() ? terminal.columns() : 0;
            answer.lines(columns).forEach(terminal.out()::println);
        }
        return answer.status();
    }

    static String json(Object value) {
        try {
            return JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer can always be written", e);
        }
    }

    // What went wrong

    private int misused(ParameterException e, String[] arguments) {
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        String message = Columns.printable(String.valueOf(e.getMessage()));
        say("codeb: " + message);
        say(words.say("error.see", spec.qualifiedName()));
        if (Arrays.asList(arguments).contains("--json")) {
            ErrorView error = new ErrorView("CONFIG_INVALID", message, "", false, List.of());
            terminal.out().println(json(new Views.Failed(error)));
        }
        return MISUSE;
    }

    private int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
        CommandSpec command = line.getCommandSpec();
        boolean json = parsed.originalArgs().contains("--json");
        if (e instanceof CodeBException failure) {
            return failed(failure, command, json);
        }
        if (e instanceof IllegalArgumentException) {
            // A name that cannot be one, told where it is handed over.
            return failed(new ConfigException(String.valueOf(e.getMessage()), ""), command, json);
        }
        if (e instanceof FileSystemException file) {
            // One that somebody has named, and that is not there or not theirs.
            String why = file.getClass().getSimpleName().replace("Exception", "");
            return failed(
                    new ConfigException(
                            file.getFile() + " cannot be read or written: " + why,
                            "check that its directory exists, and what this process may do there"),
                    command,
                    json);
        }
        say("codeb: " + words.say("error.internal", e.toString()));
        if (!environment.getOrDefault("CODEB_DEBUG", "").isEmpty()) {
            e.printStackTrace(terminal.err());
        }
        return INTERNAL;
    }

    private int failed(CodeBException e, CommandSpec command, boolean json) {
        String hint = Hints.of(e.hint(), command);
        List<String> problems = e instanceof ConfigException config ? config.problems() : List.of(e.getMessage());
        problems.forEach(problem -> say("codeb: " + Columns.printable(problem)));
        if (!hint.isEmpty()) {
            say("  " + words.say("error.hint", Columns.printable(hint)));
        }
        say("  [" + e.code() + "]");
        if (json) {
            terminal.out().println(json(new Views.Failed(ErrorView.of(e).withHint(hint))));
        }
        return e.code().exitStatus();
    }

    private void say(String text) {
        terminal.err().println(text);
    }
}
