using Bunit;
using MLOps.Dashboard.Runs;

namespace MLOps.Dashboard.Tests.Runs;

public sealed class RunDetailPageTests : DashboardTest
{
    private const string Get = "GET /api/2.0/mlflow/runs/get";

    public RunDetailPageTests()
    {
        Gateway.Answer("POST /api/2.0/mlflow/experiments/search", """{"experiments":[{"experiment_id":"1","name":"financial-models"}]}""");
        Gateway.Answer(Get, Run("RUNNING", 0.5));
        Gateway.Answer("GET /api/2.0/mlflow/artifacts/list", """{"files":[{"path":"model","is_dir":true},{"path":"a b.csv","is_dir":false,"file_size":2048}]}""");
    }

    [Fact]
    public void Page_Run_ShowsAllOfIt()
    {
        var page = Open();

        Assert.Equal("tcn", page.Find("h1").TextContent);
        Assert.Contains("0.001", page.Markup, StringComparison.Ordinal);
        Assert.Contains("sp500-daily", page.Markup, StringComparison.Ordinal);
        Assert.Equal("experiments/financial-models", page.FindAll(".crumb a")[1].GetAttribute("href"));
        Assert.Equal("get-artifact?path=a%20b.csv&run_uuid=r1", page.Find("a[download]").GetAttribute("href"));
        Assert.Contains("2 KiB", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Tag_ThatIsAScriptAddress_IsNoLink()
    {
        var page = Open();

        Assert.Contains("javascript:alert(1)", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll("a"), link => link.GetAttribute("href")?.StartsWith("javascript", StringComparison.OrdinalIgnoreCase) == true);
    }

    [Fact]
    public void Page_RunGoesOn_ShowsTheNewestValueAndItsEnd()
    {
        KeepFresh();
        var page = Open();
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("td.num"), cell => cell.TextContent == "0.5"));

        Gateway.Answer(Get, Run("FINISHED", 0.125));

        page.WaitForAssertion(() =>
        {
            Assert.Contains(page.FindAll("td.num"), cell => cell.TextContent == "0.125");
            Assert.Contains("Finished", page.Find(".page-head .chip").TextContent, StringComparison.Ordinal);
            Assert.Empty(page.FindAll(".panel-head .chip-live"));
        });
    }

    [Fact]
    public void Folder_Opened_ShowsItsFiles()
    {
        var page = Open();
        Gateway.Answer("GET /api/2.0/mlflow/artifacts/list", """{"files":[{"path":"model/model.onnx","is_dir":false,"file_size":10}]}""");

        page.Find("button.folder").Click();

        page.WaitForAssertion(() => Assert.Contains(page.FindAll("a[download]"), link => link.TextContent == "model.onnx"));
    }

    [Fact]
    public void Page_UnknownRun_SaysSoCalmly()
    {
        Gateway.Answer(Get, """{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Run with id=nope not found"}""", System.Net.HttpStatusCode.NotFound);

        var page = Render<RunDetailPage>(parameters => parameters.Add(p => p.RunId, "nope"));

        page.WaitForAssertion(() =>
        {
            Assert.Contains("Run with id=nope not found", page.Find(".banner").TextContent, StringComparison.Ordinal);
            Assert.Contains("No such run", page.Markup, StringComparison.Ordinal);
        });
    }

    private static string Run(string status, double loss) => $$"""
        {"run":{"info":{"run_id":"r1","run_name":"tcn","experiment_id":"1","status":"{{status}}","start_time":1700000000000},
          "data":{"metrics":[{"key":"val_loss","value":{{loss.ToString(System.Globalization.CultureInfo.InvariantCulture)}},"timestamp":1,"step":1}],
                  "params":[{"key":"learning_rate","value":"0.001"}],"tags":[{"key":"link","value":"javascript:alert(1)"},{"key":"mlflow.user","value":"desk"}]},
          "inputs":{"dataset_inputs":[{"dataset":{"name":"sp500-daily","digest":"d1"},"tags":[{"key":"mlflow.data.context","value":"training"}]}]} } }
        """;

    private IRenderedComponent<RunDetailPage> Open()
    {
        var page = Render<RunDetailPage>(parameters => parameters.Add(p => p.RunId, "r1"));
        page.WaitForElement("h1");
        page.WaitForState(() => page.FindAll("a[download]").Count > 0);
        return page;
    }
}
