package io.codeb.json;

import io.codeb.deploy.ReleaseListing;
import java.util.List;

/**
 * What has served of an application. To make one takes the module codeb-deploy, which codeb-json does not bring.
 *
 * @param releases the newest last
 * @param unreadable what lies in the place of releases, and cannot be brought back
 */
public record ReleaseListingView(List<ReleaseView> releases, List<UnreadableReleaseView> unreadable) {
    /**
     * Makes it of a listing.
     *
     * @param listing as codeb-deploy has it
     * @return the same as JSON has it
     */
    public static ReleaseListingView of(ReleaseListing listing) {
        return new ReleaseListingView(
                listing.releases().stream().map(ReleaseView::of).toList(),
                listing.unreadable().stream().map(UnreadableReleaseView::of).toList());
    }
}
