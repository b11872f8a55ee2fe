package io.codeb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses with something in them that nobody should read in a log. */
class RepositoryAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://AKIA4711:canary@bucket/prefix",
                "s3://AKIA4711:can/ary@bucket",
                "s3://AKIA4711:canary+/@bucket",
                "s3://AKIA4711:can@ary@bucket",
                "s3://AKIA4711:canary@under_score",
                "s3://AKIA4711:can%ary@bucket",
                "s3://AKIA4711:can ary@bucket",
                "s3://bucket?secret=ca{nary",
                "//AKIA4711:canary@bucket",
                "canary@bucket/prefix",
                "://canary"
            })
    void anAddressWithAPasswordOrThatIsNoneIsRefusedWithoutBeingShown(String address) {
        Throwable refusal = catchThrowable(() -> BackupRepository.at(address));
        StringWriter all = new StringWriter();
        refusal.printStackTrace(new PrintWriter(all));
        assertThat(refusal).isInstanceOf(IllegalArgumentException.class);
        assertThat(all.toString()).doesNotContain("ary").doesNotContain("4711");
    }

    @Test
    void aPasswordInAnAddressIsToldWhereItBelongs() {
        assertThatThrownBy(() -> BackupRepository.at("s3://AKIA:canary@bucket"))
                .hasMessageContaining("password")
                .hasMessageContaining("belongs into a secret");
        assertThatThrownBy(() -> BackupRepository.at("s3://AKIA:can ary@bucket"))
                .hasMessageContaining("cannot be read")
                .hasMessageContaining("belong into secrets");
        assertThatThrownBy(() -> BackupRepository.at("/var/backups")).hasMessageContaining("local:/var/backups");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bucket/prefix?endpoint=http://127.0.0.1:9000",
                "s3://under_score",
                "sftp://user@host:22/path",
                "local:/a:b@c",
                "memory:x"
            })
    void addressesWithoutPasswordsAreTaken(String address) {
        assertThat(BackupRepository.at(address).location()).hasToString(address);
    }
}
