package io.codeb.podman;

import io.codeb.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An environment as the API wants it. The secrets among it go nowhere else. */
final class EnvironmentList {
    private EnvironmentList() {}

    static List<String> of(Map<String, String> variables, Map<String, Secret> secrets) {
        List<String> environment = new ArrayList<>();
        variables.forEach((name, value) -> environment.add(variable(name, value)));
        secrets.forEach((name, secret) -> environment.add(variable(name, secret.reveal())));
        return environment;
    }

    private static String variable(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no environment variable can be named or set like '" + name + "'");
        }
        return name + "=" + value;
    }
}
