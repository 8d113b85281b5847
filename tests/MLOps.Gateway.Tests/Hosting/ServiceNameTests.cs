using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.ServiceDefaults;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace MLOps.Gateway.Tests.Hosting;

/// <summary>Whose telemetry it is: Aspire's dashboard puts it beside the resource that its variables name.</summary>
public sealed class ServiceNameTests
{
    [Fact]
    public void Resource_WithVariables_IsWhatTheySay()
    {
        var resource = Resource(("OTEL_SERVICE_NAME", "silo"), ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=askahade"));
        Assert.Equal("silo", resource["service.name"]);
        Assert.Equal("askahade", resource["service.instance.id"]);
    }

    [Fact]
    public void Resource_WithoutThem_IsTheProgram()
    {
        var resource = Resource();
        Assert.Equal("MLOps.Some", resource["service.name"]);
        Assert.NotEmpty((string)resource["service.instance.id"]);
    }

    private static Dictionary<string, object> Resource(params (string Name, string Value)[] variables)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "MLOps.Some", DisableDefaults = true });
        foreach (var (name, value) in variables)
        {
            builder.Configuration[name] = value;
        }

        builder.AddServiceDefaults();
        using var host = builder.Build();
        return host.Services.GetRequiredService<MeterProvider>().GetResource().Attributes.ToDictionary();
    }
}
