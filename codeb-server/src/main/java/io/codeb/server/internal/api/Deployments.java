package io.codeb.server.internal.api;

import io.codeb.deploy.ConfiguredApplication;
import io.codeb.deploy.DeployService;
import java.util.Map;

/**
 * What is deployed here. Nobody who has no codeb-deploy comes to see this class.
 *
 * @param service does it
 * @param applications those that may be deployed, by their projects' names
 */
public record Deployments(DeployService service, Map<String, ConfiguredApplication> applications) {
    /** Copies the map. */
    public Deployments {
        applications = Map.copyOf(applications);
    }
}
