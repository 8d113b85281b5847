// A contract of compilation, not an implementation: the signatures of Aspire.Hosting, .Docker, .Orleans and .PostgreSQL 13.6 that MLOps.AppHost/Aspire uses.
namespace Aspire.Hosting.ApplicationModel
{
    public enum ContainerLifetime
    {
        Session,
        Persistent,
    }

    public enum ProbeType
    {
        Startup,
        Readiness,
        Liveness,
    }

    public interface IResource
    {
        string Name { get; }
    }

    public interface IResourceWithEnvironment : IResource;

    public interface IResourceWithEndpoints : IResource;

    public interface IResourceWithArgs : IResource;

    public interface IResourceWithWaitSupport : IResource;

    public interface IResourceWithProbes : IResource;

    public interface IResourceWithConnectionString : IResource;

    public interface IComputeResource : IResource;

    public interface IResourceBuilder<out T>
        where T : IResource
    {
        T Resource { get; }
    }

    public abstract class Resource : IResource
    {
        public string Name => throw new NotSupportedException();
    }

    public class ContainerResource : Resource, IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithArgs, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource;

    public class ExecutableResource : Resource, IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithArgs, IResourceWithWaitSupport;

    public class ProjectResource : Resource, IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithArgs, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource;

    public class ParameterResource : Resource;

    public class PostgresServerResource : ContainerResource, IResourceWithConnectionString;

    public class PostgresDatabaseResource : Resource, IResourceWithConnectionString
    {
        public ReferenceExpression UriExpression => throw new NotSupportedException();
    }

    public class ReferenceExpression
    {
        [System.Runtime.CompilerServices.InterpolatedStringHandler]
        public ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
        {
            public void AppendLiteral(string value) => throw new NotSupportedException();

            public void AppendFormatted(EndpointReference valueProvider) => throw new NotSupportedException();
        }
    }

    public class ResourceCommandService
    {
        public Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    public static class KnownResourceCommands
    {
        public static readonly string StartCommand = "start";
    }

    public class ExecuteCommandContext
    {
        public IServiceProvider Services => throw new NotSupportedException();

        public CancellationToken CancellationToken => throw new NotSupportedException();
    }

    public class ExecuteCommandResult;

    public class CommandOptions
    {
        public string? Description { get; set; }

        public string? IconName { get; set; }
    }

    public class EndpointReference;

    public class ResourceUrlAnnotation
    {
        public string? DisplayText { get; set; }
    }

    public abstract class ParameterDefault;

    public class GenerateParameterDefault : ParameterDefault
    {
        public int MinLength { get; set; }

        public bool Special { get; set; }
    }
}

namespace Aspire.Hosting
{
    using Aspire.Hosting.ApplicationModel;

    public interface IProjectMetadata;

    public interface IDistributedApplicationBuilder
    {
        DistributedApplicationExecutionContext ExecutionContext { get; }

        IReadOnlyDictionary<string, string?> Configuration { get; }

        string AppHostDirectory { get; }

        DistributedApplication Build();
    }

    public class DistributedApplicationExecutionContext
    {
        public bool IsRunMode => throw new NotSupportedException();
    }

    public class DistributedApplication
    {
        public static IDistributedApplicationBuilder CreateBuilder(string[] args) => throw new NotSupportedException();

        public void Run() => throw new NotSupportedException();
    }

    public static class Signatures
    {
        public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) => throw new NotSupportedException();

        public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) => throw new NotSupportedException();

        public static IResourceBuilder<ContainerResource> AddContainer(this IDistributedApplicationBuilder builder, string name, string image, string tag) => throw new NotSupportedException();

        public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, string name)
            where TProject : IProjectMetadata, new() => throw new NotSupportedException();

        public static IResourceBuilder<ExecutableResource> AddExecutable(this IDistributedApplicationBuilder builder, string name, string command, string workingDirectory, params object[]? args) => throw new NotSupportedException();

        public static IResourceBuilder<PostgresServerResource> AddPostgres(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null, IResourceBuilder<ParameterResource>? password = null, int? port = null) => throw new NotSupportedException();

        public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null) => throw new NotSupportedException();

        public static IResourceBuilder<PostgresServerResource> WithDataVolume(this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false) => throw new NotSupportedException();

        public static IResourceBuilder<T> WithImageTag<T>(this IResourceBuilder<T> builder, string tag)
            where T : ContainerResource => throw new NotSupportedException();

        public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly = false)
            where T : ContainerResource => throw new NotSupportedException();

        public static IResourceBuilder<T> WithLifetime<T>(this IResourceBuilder<T> builder, ContainerLifetime lifetime)
            where T : ContainerResource => throw new NotSupportedException();

        public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
            where T : IResourceWithArgs => throw new NotSupportedException();

        public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
            where T : IResourceWithEnvironment => throw new NotSupportedException();

        public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
            where T : IResourceWithEnvironment => throw new NotSupportedException();

        public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
            where T : IResourceWithEnvironment => throw new NotSupportedException();

        public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
            where T : IResourceWithEnvironment => throw new NotSupportedException();

        public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? name = null, string? env = null, bool isProxied = true)
            where T : IResourceWithEndpoints => throw new NotSupportedException();

        public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
            where T : IResourceWithEndpoints => throw new NotSupportedException();

        public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<ResourceUrlAnnotation> callback)
            where T : IResource => throw new NotSupportedException();

        public static IResourceBuilder<T> WithUrl<T>(this IResourceBuilder<T> builder, in ReferenceExpression.ExpressionInterpolatedStringHandler url, string? displayText = null)
            where T : IResource => throw new NotSupportedException();

        public static IResourceBuilder<T> WithCommand<T>(this IResourceBuilder<T> builder, string name, string displayName, Func<ExecuteCommandContext, Task<ExecuteCommandResult>> executeCommand, CommandOptions? commandOptions = null)
            where T : IResource => throw new NotSupportedException();

        public static IResourceBuilder<Docker.DockerComposeEnvironmentResource> AddDockerComposeEnvironment(this IDistributedApplicationBuilder builder, string name) => throw new NotSupportedException();

        public static IResourceBuilder<T> PublishAsDockerComposeService<T>(this IResourceBuilder<T> builder, Action<Docker.DockerComposeServiceResource, Docker.Resources.ComposeNodes.Service> configure)
            where T : IComputeResource => throw new NotSupportedException();

        public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
            where T : IResourceWithEndpoints => throw new NotSupportedException();

        public static IResourceBuilder<T> WithHttpProbe<T>(this IResourceBuilder<T> builder, ProbeType type, string? path = null, int? initialDelaySeconds = null, int? periodSeconds = null, int? timeoutSeconds = null, int? failureThreshold = null, int? successThreshold = null, string? endpointName = null)
            where T : IResourceWithEndpoints, IResourceWithProbes => throw new NotSupportedException();

        public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas) => throw new NotSupportedException();

        public static IResourceBuilder<T> WithExplicitStart<T>(this IResourceBuilder<T> builder)
            where T : IResource => throw new NotSupportedException();

        public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
            where T : IResourceWithWaitSupport => throw new NotSupportedException();

        public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
            where T : IResourceWithEndpoints => throw new NotSupportedException();

        public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
            where T : IResourceWithEnvironment => throw new NotSupportedException();

        public static Orleans.OrleansService AddOrleans(this IDistributedApplicationBuilder builder, string name) => throw new NotSupportedException();

        public static Orleans.OrleansService WithServiceId(this Orleans.OrleansService orleansServiceBuilder, string serviceId) => throw new NotSupportedException();

        public static Orleans.OrleansService WithClusterId(this Orleans.OrleansService orleansServiceBuilder, string clusterId) => throw new NotSupportedException();

        public static Orleans.OrleansService WithClustering(this Orleans.OrleansService orleansServiceBuilder, Orleans.IProviderConfiguration provider) => throw new NotSupportedException();

        public static Orleans.OrleansServiceClient AsClient(this Orleans.OrleansService orleansService) => throw new NotSupportedException();

        public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, Orleans.OrleansService orleansService)
            where T : IResourceWithEnvironment, IResourceWithEndpoints => throw new NotSupportedException();

        public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> builder, Orleans.OrleansServiceClient orleansServiceClient)
            where T : IResourceWithEnvironment, IResourceWithEndpoints => throw new NotSupportedException();
    }
}

namespace Aspire.Hosting.Docker
{
    using Aspire.Hosting.ApplicationModel;

    public class DockerComposeEnvironmentResource : Resource;

    public class DockerComposeServiceResource : Resource;
}

namespace Aspire.Hosting.Docker.Resources.ComposeNodes
{
    using Aspire.Hosting.Docker.Resources.ServiceNodes;
    using Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm;

    public sealed class ServiceDependency
    {
        public string? Condition { get; set; }
    }

    public sealed class Service
    {
        public Deploy? Deploy { get; set; }

        public Healthcheck? Healthcheck { get; set; }

        public string? Restart { get; set; }

        public string? StopGracePeriod { get; set; }

        public Dictionary<string, string> Environment { get; set; } = [];

        public Dictionary<string, ServiceDependency> DependsOn { get; set; } = [];
    }
}

namespace Aspire.Hosting.Docker.Resources.ServiceNodes
{
    public sealed class Healthcheck
    {
        public List<string> Test { get; set; } = [];

        public required string Interval { get; set; }

        public required string Timeout { get; set; }

        public int? Retries { get; set; }

        public required string StartPeriod { get; set; }
    }
}

namespace Aspire.Hosting.Docker.Resources.ServiceNodes.Swarm
{
    public sealed class Deploy
    {
        public int? Replicas { get; set; }
    }
}

namespace Aspire.Hosting.Orleans
{
    using Aspire.Hosting.ApplicationModel;

    public interface IProviderConfiguration
    {
        void ConfigureResource<T>(IResourceBuilder<T> resourceBuilder, string configSectionPath)
            where T : IResourceWithEnvironment;
    }

    public sealed class OrleansService;

    public sealed class OrleansServiceClient;
}

namespace Projects
{
    public class MLOps_Silo : Aspire.Hosting.IProjectMetadata;

    public class MLOps_Gateway : Aspire.Hosting.IProjectMetadata;

    public class MLOps_Dashboard : Aspire.Hosting.IProjectMetadata;
}
