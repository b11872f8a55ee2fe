package io.codeb.podman;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectContainerResponse;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InspectionTest {
    private static OptionalDouble cpus(String hostConfig) throws JsonProcessingException {
        String answer = "{\"Id\": \"1\", \"Name\": \"/db\", \"HostConfig\": " + hostConfig + "}";
        return Inspection.of(new ObjectMapper().readValue(answer, InspectContainerResponse.class))
                .cpus();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"NanoCpus\": 1500000000} | 1.5",
                "{\"CpuQuota\": 50000} | 0.5",
                "{\"CpuQuota\": 50000, \"CpuPeriod\": 25000} | 2",
                "{\"CpusetCpus\": \"0-2,7\"} | 4",
                "{\"CpusetCpus\": \"3\"} | 1",
                "{\"NanoCpus\": 8000000000, \"CpusetCpus\": \"0,1\"} | 2"
            })
    void theTightestLimitOfProcessorsCounts(String hostConfig, double most) throws JsonProcessingException {
        assertThat(cpus(hostConfig)).hasValue(most);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"NanoCpus\": 0, \"CpuQuota\": 0, \"CpuPeriod\": 0, \"CpusetCpus\": \"\"}",
                "{\"CpuQuota\": -1, \"CpuPeriod\": 100000}",
                "{\"CpusetCpus\": \"all\"}",
                "{\"CpusetCpus\": \"0-99999999\"}",
                "{\"CpusetCpus\": \"2-1\"}"
            })
    void whatIsNoLimitLimitsNothing(String hostConfig) throws JsonProcessingException {
        assertThat(cpus(hostConfig)).isEmpty();
    }

    @Test
    void aContainerOfWhichNothingIsSaidHasNoLimit() throws JsonProcessingException {
        assertThat(cpus("null")).isEmpty();
    }
}
