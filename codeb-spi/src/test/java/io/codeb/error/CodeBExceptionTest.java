package io.codeb.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CodeBExceptionTest {
    @Test
    void aStackTraceAloneSaysTheCodeAndWhatToDo() {
        assertThat(new StorageException(ErrorCode.STORAGE_FULL, "no room for shop/1", "delete old backups"))
                .hasToString("io.codeb.error.StorageException: STORAGE_FULL: no room for shop/1 (delete old backups)");
    }

    @Test
    void whereNothingHelpsNothingIsSaid() {
        assertThat(new StorageException(ErrorCode.STORAGE_FULL, "no room for shop/1", ""))
                .hasToString("io.codeb.error.StorageException: STORAGE_FULL: no room for shop/1");
    }
}
