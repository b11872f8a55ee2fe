package io.codeb.it.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/** Programs of this machine. */
final class Commands {
    private Commands() {}

    /** Runs a program, which must end well, and answers what it says. */
    static String run(List<String> command) {
        return run(new ProcessBuilder(command));
    }

    /** As {@link #run(List)}, in an environment of its own. */
    static String run(ProcessBuilder program) {
        Result result = result(program);
        if (result.status() != 0) {
            throw new AssertionError(String.join(" ", program.command()) + ": " + result.said());
        }
        return result.said();
    }

    /** Runs a program, and answers whether it ends well. */
    static boolean succeeds(List<String> command) {
        return result(new ProcessBuilder(command)).status() == 0;
    }

    /** Starts a program, and waits neither for its end nor for what it says. */
    static void start(List<String> command) {
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .getOutputStream()
                    .close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private record Result(int status, String said) {}

    private static Result result(ProcessBuilder program) {
        try {
            Process process = program.redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Result(process.waitFor(), said);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
