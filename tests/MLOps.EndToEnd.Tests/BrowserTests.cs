using Microsoft.Playwright;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>The pages as a person sees them, in headless Chromium.</summary>
public sealed class BrowserTests(DemoFixture demo)
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    [Fact]
    public async Task Overview_AfterTheDemo_ShowsRunsEndpointsAndTheAlertWithoutAnError()
    {
        await using var browser = await Session.OpenAsync();
        var page = await browser.GotoAsync(demo.Url + "/");
        await Assertions.Expect(page.GetByText("sp500-regime").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("2020-03").First).ToBeVisibleAsync();
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task Registry_AfterTheDemo_ShowsModelsWithTheirProductionVersion()
    {
        await using var browser = await Session.OpenAsync();
        var page = await browser.GotoAsync(demo.Url + "/registry");
        var row = page.Locator("tr", new() { HasText = "sp500-regime-tcn" });
        await Assertions.Expect(row.GetByText("v2").First).ToBeVisibleAsync();
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task Monitoring_Acknowledge_MarksTheAlertForEveryoneWithoutReloading()
    {
        await using var browser = await Session.OpenAsync();
        var page = await browser.GotoAsync(demo.Url + "/monitoring");
        var row = page.Locator("tr", new() { HasText = "sp500-volatility" }).First;
        var name = row.GetByLabel("Your name");

        // The page is drawn before its live connection stands; a person clicks again, so does the test.
        for (var attempt = 0; attempt < 50 && await name.CountAsync() == 0; attempt++)
        {
            await row.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
            await page.WaitForTimeoutAsync(200);
        }

        await name.FillAsync("night desk");
        await row.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await Assertions.Expect(row.GetByText("by night desk")).ToBeVisibleAsync();
        using var client = new Client.MLOpsClient(new Uri(demo.Url));
        Assert.Contains(
            await client.Monitoring.ListAlertsAsync(TestContext.Current.CancellationToken),
            alert => alert is { Endpoint: "sp500-volatility", AcknowledgedBy: "night desk" });
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task MlflowLink_AsThePythonClientPrintsIt_LeadsToTheRun()
    {
        using var client = new Client.MLOpsClient(new Uri(demo.Url));
        var run = (await client.Runs.ListAsync("financial-models", cancellationToken: TestContext.Current.CancellationToken)).Runs[0].Info;
        await using var browser = await Session.OpenAsync();
        var page = await browser.GotoAsync($"{demo.Url}/#/experiments/{run.ExperimentId}/runs/{run.RunId}");
        await page.WaitForURLAsync($"{demo.Url}/runs/{run.RunId}");
        await Assertions.Expect(page.GetByText(run.RunName).First).ToBeVisibleAsync();
        Assert.Empty(browser.Errors);
    }

    /// <summary>Ticked as soon as the page is drawn: it can be ticked once what is ticked stays so.</summary>
    [Fact]
    public async Task Retraining_CanaryTickedAtOnce_OpensItsSteps()
    {
        await using var browser = await Session.OpenAsync();
        var page = await browser.GotoAsync(demo.Url + "/training/retraining");

        await page.Locator("input[name=canary]").ClickAsync();

        await Assertions.Expect(page.GetByLabel("Share, %")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("input[name=canary]")).ToBeCheckedAsync();
        Assert.Empty(browser.Errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/desk")]
    public async Task ApiPage_Opened_ShowsTheRoutesAndAsksNoOtherHost(string prefix)
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(["--data", folder.Path, .. prefix.Length == 0 ? Array.Empty<string>() : ["--static-prefix", prefix]], TestContext.Current.CancellationToken);
        await using var browser = await Session.OpenAsync();
        var host = new Uri(platform.Url).GetLeftPart(UriPartial.Authority);
        var page = await browser.GotoAsync($"{host}{prefix}/openapi");
        await Assertions.Expect(page.GetByText("Put the previous Production version back").First).ToBeAttachedAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.Contains($"{host}{prefix}/openapi/v1.json", browser.Requests);
        Assert.All(browser.Requests, url => Assert.True(url.StartsWith(host, StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal), url));
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task Run_WithMetricsOverItsIterations_DrawsTheirCurves()
    {
        using var client = new Client.MLOpsClient(new Uri(demo.Url));
        var runs = (await client.Runs.ListAsync("financial-models", cancellationToken: TestContext.Current.CancellationToken)).Runs;
        var garch = runs.First(run => run.Metrics.ContainsKey("gradient_norm")).Info;
        await using var browser = await Session.OpenAsync();
        var page = await browser.GotoAsync($"{demo.Url}/runs/{garch.RunId}");
        await Assertions.Expect(page.Locator("canvas").First).ToBeVisibleAsync();
        Assert.Empty(browser.Errors);
    }

    /// <summary>A browser with one page, and what its console complained of.</summary>
    private sealed class Session(IPlaywright playwright, IBrowser browser) : IAsyncDisposable
    {
        public List<string> Errors { get; } = [];

        public System.Collections.Concurrent.ConcurrentQueue<string> Requests { get; } = new();

        public static async Task<Session> OpenAsync()
        {
            var executable = Array.Find(Browsers, File.Exists);
            if (Tools.Missing(executable is null ? $"no browser at {string.Join(", ", Browsers)}: install the package chromium" : null) is { } reason)
            {
                Assert.Skip(reason);
            }

            // Tests run side by side on few cores: a page may take its time.
            Assertions.SetDefaultExpectTimeout(60_000);
            var playwright = await Playwright.CreateAsync();
            return new Session(playwright, await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = executable,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
            }));
        }

        public async Task<IPage> GotoAsync(string url)
        {
            var page = await browser.NewPageAsync();
            page.SetDefaultTimeout(60_000);
            page.Console += (_, message) =>
            {
                if (message.Type == "error")
                {
                    Errors.Add(message.Text);
                }
            };
            page.PageError += (_, error) => Errors.Add(error);
            page.Request += (_, request) => Requests.Enqueue(request.Url);
            await page.GotoAsync(url);
            return page;
        }

        public async ValueTask DisposeAsync()
        {
            await browser.DisposeAsync();
            playwright.Dispose();
        }
    }
}
