using MLOps.AppHost.Embedded;
namespace MLOps.AppHost.Demo;
internal static class DemoProcess { public static Task<int> RunAsync(EmbeddedSettings a, DemoSettings b, CancellationToken c) => Task.FromResult(1); }
