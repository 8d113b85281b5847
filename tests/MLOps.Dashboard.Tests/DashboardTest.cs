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

    // Long: a page that draws itself anew between finding a button and pressing it would make a test fail now and then.
    private readonly DashboardOptions _options = new() { RefreshInterval = TimeSpan.FromHours(1) };

    protected DashboardTest()
    {
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Options.Create(_options));
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

    /// <summary>The pages opened from now on ask for news all the time.</summary>
    protected void KeepFresh() => _options.RefreshInterval = TimeSpan.FromMilliseconds(50);
}
