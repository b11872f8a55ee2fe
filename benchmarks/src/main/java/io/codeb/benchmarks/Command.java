package io.codeb.benchmarks;

import io.codeb.error.ConfigException;
import io.codeb.spi.io.ByteSink;
import io.codeb.spi.io.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A line of the shell, which has to end with status 0.
 *
 * @param line what bash is given
 * @param directory where it runs
 */
record Command(String line, Path directory) {
    private static final int LOOK_MILLIS = 50;

    /** One that runs where this JVM does. */
    Command(String line) {
        this(line, Path.of("").toAbsolutePath());
    }

    static Command from(Map<String, String> environment, String variable) {
        String line = environment.get(variable);
        if (line == null || line.isEmpty()) {
            throw new ConfigException("the variable " + variable + " is not set", "run the benchmark with dev/bench");
        }
        return new Command(line);
    }

    /** Runs it to its end; what it writes is thrown away. */
    void run() {
        await(start(ProcessBuilder.Redirect.DISCARD));
    }

    /**
     * Runs it to its end; what it writes is thrown away.
     *
     * @return how many KiB a JVM among its processes has had resident at the most; 0 if there was none
     */
    long watched() {
        Process process = start(ProcessBuilder.Redirect.DISCARD);
        long peak = 0;
        try {
            do {
                peak = Math.max(peak, Resident.ofJvmsBelow(process.toHandle()));
            } while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
        await(process);
        return peak;
    }

    /** Runs it to its end, and answers what it writes. */
    String output() {
        Process process = start(ProcessBuilder.Redirect.PIPE);
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            await(process);
            return text;
        } catch (IOException e) {
            throw unreadable(e);
        } finally {
            process.destroy();
        }
    }

    /** Runs it to its end, and answers how many seconds of CPU time its processes took. */
    double cpuSeconds() {
        String times = new Command(
                        "TIMEFORMAT='%U %S'; { time { " + line + "; } >/dev/null 2>&3; } 3>&2 2>&1", directory)
                .output();
        double sum = 0;
        for (String seconds : times.strip().split(" ", -1)) {
            sum += Double.parseDouble(seconds);
        }
        return sum;
    }

    /** Writes what it writes into the sink, and finishes that when the command has ended well. */
    void into(ByteSink sink) {
        Process process = start(ProcessBuilder.Redirect.PIPE);
        byte[] buffer = new byte[Transfer.BUFFER_BYTES];
        try (sink;
                InputStream output = process.getInputStream()) {
            for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
                sink.write(ByteBuffer.wrap(buffer, 0, count));
            }
            await(process);
            sink.finish();
        } catch (IOException e) {
            throw unreadable(e);
        } finally {
            process.destroy();
        }
    }

    private ConfigException unreadable(IOException e) {
        return new ConfigException("what '" + line + "' writes cannot be read: " + e.getMessage(), "");
    }

    /** Starts it; whoever does so ends it. */
    Process start(ProcessBuilder.Redirect output) {
        try {
            return new ProcessBuilder("bash", "-o", "pipefail", "-ec", line)
                    .directory(directory.toFile())
                    .redirectOutput(output)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new ConfigException("bash cannot be started: " + e.getMessage(), "install it");
        }
    }

    private void await(Process process) {
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw new ConfigException("'" + line + "' ended with " + status, "look at what it says");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("interrupted", "");
        }
    }
}
