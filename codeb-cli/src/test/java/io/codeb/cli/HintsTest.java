package io.codeb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class HintsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            choose another name with into(…)             | choose another name with --into
            say losingAtMost(…)                          | say --losing-at-most
            say withoutOwners() or mapRole(…)            | say --without-owners or mapRole
            name the public keys with encryptTo(…)       | name the public keys with encryptTo
            free some space (at least 3 GB), then go on  | free some space (at least 3 GB), then go on
            """)
    void aMethodOfTheLibraryIsTheOptionThatTheCommandHasAndElseAKeyOfTheConfiguration(String hint, String said) {
        CommandSpec command = CommandSpec.create()
                .addOption(OptionSpec.builder("--into").build())
                .addOption(OptionSpec.builder("--losing-at-most").build())
                .addOption(OptionSpec.builder("--without-owners").build());

        assertThat(Hints.of(hint, command)).isEqualTo(said);
    }
}
