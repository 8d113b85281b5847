using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm;

namespace MLOps.AppHost.Aspire;

/// <summary>Says to Docker Compose what gets lost when the model is published: replicas, health, restarts and time to stop.</summary>
internal static class ComposeOutput
{
    /// <summary>A program of ours, which asks itself for its health: its image may have no shell.</summary>
    public static void AsComposeService(this IResourceBuilder<ProjectResource> program, string assembly, int replicas = 1) => program.PublishAsDockerComposeService((_, service) =>
    {
        service.Deploy = new Deploy { Replicas = replicas };
        service.Healthcheck = Health("CMD", "dotnet", $"/app/{assembly}.dll", "health", $"http://127.0.0.1:{service.Environment["HTTP_PORTS"]}/health/ready");
        service.Restart = "unless-stopped";

        // Longer than a request takes, shorter than what follows it by force.
        service.Environment["DOTNET_SHUTDOWNTIMEOUTSECONDS"] = "60";
        service.StopGracePeriod = "90s";
        WaitForHealth(service);
    });

    /// <summary>A container of others.</summary>
    public static void AsComposeService<T>(this IResourceBuilder<T> container, string[] health)
        where T : ContainerResource => container.PublishAsDockerComposeService((_, service) =>
        {
            service.Healthcheck = Health(health);
            service.Restart = "unless-stopped";
            WaitForHealth(service);
        });

    private static Healthcheck Health(params string[] test) => new() { Test = [.. test], Interval = "10s", Timeout = "10s", StartPeriod = "60s", Retries = 6 };

    /// <summary>Everything here says when it is ready, so that is what others wait for.</summary>
    private static void WaitForHealth(Service service)
    {
        foreach (var dependency in service.DependsOn.Values)
        {
            dependency.Condition = "service_healthy";
        }
    }
}
