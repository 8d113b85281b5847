using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Client;
using MLOps.Dashboard.Hosting;
using MLOps.Dashboard.Layout;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Tests;

/// <summary>A page over a gateway that the test plays.</summary>
public abstract class DashboardTest : BunitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected DashboardTest()
    {
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Options.Create(new DashboardOptions { RefreshInterval = TimeSpan.FromMilliseconds(200) }));
        Services.AddSingleton(new MLOpsClient(new HttpClient(Gateway) { BaseAddress = new Uri("http://gateway:5000/") }));
        Services.AddScoped<RunSelection>();
        Services.AddScoped<Operator>();
        foreach (var model in typeof(App).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(LiveModel)) && !type.IsAbstract))
        {
            Services.AddTransient(model);
        }

        JSInterop.Mode = JSRuntimeMode.Loose;
        DefaultWaitTimeout = Patience;
    }

    internal FakeGateway Gateway { get; } = new();
}
