package io.codeb.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.deploy.DeployStep;
import io.codeb.deploy.GuardStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard has a word for each stage that an operation can be at; the compiler holds its two languages equal. */
class DashboardStagesTest {
    private static final Pattern BLOCK = Pattern.compile("stages: \\{(.*?)\\}", Pattern.DOTALL);
    private static final Pattern KEY = Pattern.compile("(\\w+): '");
    private static final Pattern STAGE = Pattern.compile("\\.stage\\(\"([a-z ]+)\"");

    private static Set<String> words() throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("ui/src/i18n/en.ts")));
        assertThat(block.find()).isTrue();
        return KEY.matcher(block.group(1)).results().map(key -> key.group(1)).collect(Collectors.toSet());
    }

    private static Set<String> stages() throws IOException {
        Set<String> stages = new TreeSet<>();
        for (String module : List.of("codeb-core", "codeb-postgresql")) {
            try (Stream<Path> sources = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path source : sources.filter(each -> each.toString().endsWith(".java"))
                        .toList()) {
                    STAGE.matcher(Files.readString(source))
                            .results()
                            .forEach(found -> stages.add(found.group(1).strip()));
                }
            }
        }
        return stages;
    }

    @Test
    void eachStageHasAWord() throws IOException {
        Stream<String> steps = Stream.concat(
                Stream.of(DeployStep.values()).map(Enum::name),
                Stream.of(GuardStep.Kind.values()).map(Enum::name));

        assertThat(stages()).contains("dump", "load", "build", "compare");
        assertThat(words())
                .containsAll(Stream.concat(stages().stream(), steps)
                        .map(name -> name.toLowerCase(Locale.ROOT).replace(' ', '_'))
                        .toList());
    }
}
