/**
 * Guards the database of an application that is deployed: {@link io.codeb.deploy.DeployGuard} backs up, restores or
 * migrates, probes what has come of it, and keeps it or rolls it back. {@link io.codeb.deploy.ImageBuilder} builds
 * the application's image out of a commit.
 */
@NullMarked
package io.codeb.deploy;

import org.jspecify.annotations.NullMarked;
