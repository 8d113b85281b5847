using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using MLOps.AppHost.Aspire;

// The Aspire topology: MLOPS_TOPOLOGY=Aspire dotnet run --project MLOps.AppHost. See docs/aspire.md. Resources first, then the services on them; no logic.
LocalRun.SetDefaults(args);
var builder = DistributedApplication.CreateBuilder(args);
var onOneMachine = builder.ExecutionContext.IsRunMode;

// Resources. Passwords go into addresses: no special characters in them.
var urlSafe = new GenerateParameterDefault { MinLength = 32, Special = false };
var postgresPassword = builder.AddParameter("postgres-password", urlSafe, secret: true, persist: true);
var s3AccessKey = builder.AddParameter("s3-access-key", urlSafe, secret: true, persist: true);
var s3SecretKey = builder.AddParameter("s3-secret-key", urlSafe, secret: true, persist: true);
var webhookKey = builder.AddParameter("webhook-key", secret: true);
var accessToken = builder.AddParameter("access-token", urlSafe, secret: true, persist: true);
var aiGatewayPassphrase = builder.AddParameter("ai-gateway-passphrase", urlSafe, secret: true, persist: true);

// Database=managed in the environment: a server elsewhere, told by its address. Otherwise one in a container.
var databaseUri = builder.Configuration["Database"] == "managed" ? builder.AddParameter("database-uri", secret: true) : null;
var postgres = databaseUri is not null ? null : builder.AddPostgres("postgres", password: postgresPassword)
    .WithImageTag("17.6")
    .WithEnvironment("POSTGRES_DB", "mlops") // Published, nobody else makes the database.
    .WithDataVolume("mlops-postgres")
    .WithLifetime(ContainerLifetime.Persistent);
var database = postgres?.AddDatabase("mlops");

var minio = builder.AddContainer("minio", "quay.io/minio/minio", "RELEASE.2025-09-07T16-13-09Z")
    .WithArgs("server", "/data", "--console-address", ":9001")
    .WithEnvironment("MINIO_ROOT_USER", s3AccessKey)
    .WithEnvironment("MINIO_ROOT_PASSWORD", s3SecretKey)
    .WithHttpEndpoint(targetPort: 9000, name: "http")
    .WithHttpEndpoint(targetPort: 9001, name: "console")
    .WithUrlForEndpoint("console", url => url.DisplayText = "MinIO console")
    .WithHttpHealthCheck("/minio/health/live", endpointName: "http")
    .WithVolume("mlops-minio", "/data")
    .WithLifetime(ContainerLifetime.Persistent);

// Services.
var orleans = builder.AddOrleans("cluster")
    .WithServiceId("mlops")
    .WithClusterId("mlops")
    .WithClustering(new AdoNetProvider(database));

var silo = Stores(builder.AddProject<Projects.MLOps_Silo>("silo"))
    .WithReference(orleans)
    .WithEnvironment("MLOps__Silo__Roles", "Serving,Batch")
    .WithReplicas(2);

var trainer = Stores(builder.AddProject<Projects.MLOps_Silo>("trainer"))
    .WithReference(orleans)
    .WithEnvironment("MLOps__Silo__Roles", "Training")
    .WaitFor(silo);

if (onOneMachine)
{
    // Beside each other they know each other by loopback; in containers each has an address of its own.
    silo.WithEnvironment("Orleans__Endpoints__AdvertisedIPAddress", "127.0.0.1");
    trainer.WithEnvironment("Orleans__Endpoints__AdvertisedIPAddress", "127.0.0.1");
}

if (builder.Configuration["OnnxRuntime"] == "Gpu")
{
    // The same variable makes the build take the GPU package (Directory.Build.props).
    silo.WithEnvironment("MLOps__Inference__ExecutionProvider", "Cuda");
}

// On the same database and bucket. After the silo, which has made the schema of this version and the bucket.
var mlflow = Database(builder.AddContainer("mlflow", "ghcr.io/mlflow/mlflow", "v3.11.2-full"))
    .WithArgs("mlflow", "server", "--host", "0.0.0.0", "--port", "5000", "--artifacts-destination", "s3://mlops/artifacts")
    .WithEnvironment("MLFLOW_S3_ENDPOINT_URL", minio.GetEndpoint("http"))
    .WithEnvironment("AWS_ACCESS_KEY_ID", s3AccessKey)
    .WithEnvironment("AWS_SECRET_ACCESS_KEY", s3SecretKey)
    .WithEnvironment("MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY", webhookKey)
    .WithEnvironment("MLFLOW_CRYPTO_KEK_PASSPHRASE", aiGatewayPassphrase)
    .WithEnvironment("MLFLOW_SERVER_ALLOWED_HOSTS", "*")
    .WithHttpEndpoint(targetPort: 5000, name: "http")
    .WithUrlForEndpoint("http", url => url.DisplayText = "MLflow's UI")
    .WithHttpHealthCheck("/health", endpointName: "http")
    .WithLifetime(ContainerLifetime.Persistent)
    .WaitFor(silo);

var gateway = Stores(builder.AddProject<Projects.MLOps_Gateway>("gateway"))
    .WithReference(orleans.AsClient())
    .WithEnvironment("MLOps__Gateway__PassThroughUrl", mlflow.GetEndpoint("http"))
    .WithEnvironment("MLOps__Gateway__AllowedHosts", "*")
    .WithUrl($"{mlflow.GetEndpoint("http")}", "MLflow's UI")
    .WithExternalHttpEndpoints()
    .WaitFor(silo);

var dashboard = builder.AddProject<Projects.MLOps_Dashboard>("dashboard")
    .WithHttpEndpoint(name: "http")
    .WithEnvironment("MLOps__Dashboard__GatewayUrl", gateway.GetEndpoint("http"))
    .WithHttpProbe(ProbeType.Liveness, "/health/live", endpointName: "http")
    .WithHttpProbe(ProbeType.Readiness, "/health/ready", endpointName: "http")
    .WithExternalHttpEndpoints()
    .WaitFor(gateway);

if (onOneMachine)
{
    // Started by hand, from the dashboard of Aspire, here or at the gateway: the whole way on real data, through the gateway.
    var demo = builder.AddExecutable("demo", "dotnet", builder.AppHostDirectory, "run", "--", "demo", "--exit", "--urls", gateway.GetEndpoint("http"))
        .WithEnvironment("MLOPS_TOPOLOGY", "Embedded")
        .WithExplicitStart();
    gateway.WithCommand(
        "run-demo",
        "Run the demo",
        call => call.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(demo.Resource, KnownResourceCommands.StartCommand, call.CancellationToken),
        new CommandOptions { Description = "Trains, registers, serves and monitors models on real data; its log is at the resource demo.", IconName = "Play" });
}
else
{
    // On one machine callers come by loopback and need none.
    gateway.WithEnvironment("MLOps__Gateway__Access__Token", accessToken);
}

#if COMPOSE
// Not beside azd's manifest, which a compute environment breaks.
if (builder.Configuration["Publishing:Publisher"] != "manifest")
{
    builder.AddDockerComposeEnvironment("compose");
    silo.AsComposeService("MLOps.Silo", replicas: 2);
    trainer.AsComposeService("MLOps.Silo");
    gateway.AsComposeService("MLOps.Gateway");
    dashboard.AsComposeService("MLOps.Dashboard");
    postgres?.AsComposeService(["CMD-SHELL", "pg_isready -U postgres -d mlops"]);
    minio.AsComposeService(["CMD", "mc", "ready", "local"]);
    mlflow.AsComposeService(["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:5000/health')"]);
}
#endif

builder.Build().Run();

// What every process with the stores needs: where they are, its secrets, and its probes.
IResourceBuilder<ProjectResource> Stores(IResourceBuilder<ProjectResource> service) => Database(service)
    .WithEnvironment("MLFLOW_ARTIFACTS_DESTINATION", "s3://mlops/artifacts")
    .WithEnvironment("MLFLOW_S3_ENDPOINT_URL", minio.GetEndpoint("http"))
    .WithEnvironment("AWS_ACCESS_KEY_ID", s3AccessKey)
    .WithEnvironment("AWS_SECRET_ACCESS_KEY", s3SecretKey)
    .WithEnvironment("MLOps__S3__CreateBucket", "true")
    .WithEnvironment("MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY", webhookKey)
    .WithEnvironment("MLFLOW_CRYPTO_KEK_PASSPHRASE", aiGatewayPassphrase)
    .WithHttpEndpoint(name: "http")
    .WithHttpProbe(ProbeType.Liveness, "/health/live", endpointName: "http")
    .WithHttpProbe(ProbeType.Readiness, "/health/ready", endpointName: "http")
    .WaitFor(minio);

IResourceBuilder<T> Database<T>(IResourceBuilder<T> service)
    where T : IResourceWithEnvironment, IResourceWithWaitSupport => database is null
    ? service.WithEnvironment("MLFLOW_BACKEND_STORE_URI", databaseUri!)
    : service.WithEnvironment("MLFLOW_BACKEND_STORE_URI", database.Resource.UriExpression).WaitFor(database);
