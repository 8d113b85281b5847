using MLOps.Models.Classical.Garch;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.GjrGarch;

/// <summary>GJR-GARCH(1,1): h(t+1) = ω + (α + γ·1(e(t)&lt;0))·e(t)² + β·h(t) (Glosten, Jagannathan and Runkle 1993). Bad news (α+γ) and good news (α) each have a weight of their own.</summary>
/// <param name="bySides">Whether the third parameter is the whole weight α+γ of bad news instead of γ: so the positive variances are a box, in which the fit is made.</param>
internal sealed class GjrRecursion(bool bySides = false) : VarianceRecursion
{
    private const int Mu = 0;
    private const int Omega = 1;
    private const int Alpha = 2;
    private const int Gamma = 3;
    private const int Beta = 4;

    public override IReadOnlyList<string> Parameters { get; } = ["omega", "alpha", "gamma", "beta"];

    /// <remarks>By sides.</remarks>
    public override IReadOnlyList<(double Lower, double Upper)> Bounds { get; } = [(1e-9, 100), (0, 1), (0, 2), (0, 0.99999)];

    public override VarianceRecursion Fitted => bySides ? this : new GjrRecursion(bySides: true);

    public override string Formula => "h[t+1] = omega + (alpha + gamma*(y[t]<mu))*(y[t]-mu)^2 + beta*h[t]";

    public override string PresampleRule => "h[0] = e[0]^2 = mean((y-mu)^2) over the fitted days, half of e[0]^2 a fall";

    public override string Constraints => "omega > 0, 0 <= alpha <= 1, 0 <= alpha+gamma <= 2, 0 <= beta < 1, so gamma may be negative; the persistence may exceed 1";

    public override IEnumerable<double[]> StartingPoints =>
        from alpha in (double[])[0.02, 0.05, 0.1]
        from gamma in (double[])[0.02, 0.1, 0.2]
        from persistence in (double[])[0.8, 0.9, 0.96, 0.99]
        select new[] { 1 - persistence, alpha, alpha + gamma, persistence - alpha - (gamma / 2) };

    public override void Rescale(Span<double> parameters, double unit) => parameters[0] *= unit * unit;

    public override void Report(Span<double> parameters) => parameters[2] -= parameters[1];

    public override void Start(ReadOnlySpan<double> theta, in Presample presample, int derivatives, VarianceState state)
    {
        var sum = Persistence(theta);
        state.Variance = theta[Omega] + (sum * presample.Square);
        if (derivatives == 0)
        {
            return;
        }

        var n = theta.Length;
        Array.Clear(state.Gradient);
        Array.Clear(state.Hessian);
        state.Gradient[Mu] = sum * presample.Slope;
        state.Gradient[Omega] = 1;
        state.Hessian[(Mu * n) + Mu] = 2 * sum;
        foreach (var (parameter, share) in ((int, double)[])[(Alpha, bySides ? 0.5 : 1), (Gamma, 0.5), (Beta, 1)])
        {
            state.Gradient[parameter] = share * presample.Square;
            state.Hessian[(Mu * n) + parameter] = state.Hessian[(parameter * n) + Mu] = share * presample.Slope;
        }
    }

    public override void Step(ReadOnlySpan<double> theta, double residual, int derivatives, VarianceState state)
    {
        var beta = theta[Beta];
        var fall = residual < 0 ? 1 : 0;
        var rise = bySides ? 1 - fall : 1;
        var news = (rise * theta[Alpha]) + (fall * theta[Gamma]);
        var gradient = state.Gradient;

        // Second derivatives first: they need the gradient and variance of time t.
        if (derivatives >= 2)
        {
            var n = theta.Length;
            var hessian = state.Hessian;
            for (var i = 0; i <= Beta; i++)
            {
                for (var j = 0; j <= Beta; j++)
                {
                    hessian[(i * n) + j] *= beta;
                }
            }

            hessian[(Mu * n) + Mu] += 2 * news;
            hessian[(Mu * n) + Alpha] -= 2 * rise * residual;
            hessian[(Alpha * n) + Mu] -= 2 * rise * residual;
            hessian[(Mu * n) + Gamma] -= 2 * fall * residual;
            hessian[(Gamma * n) + Mu] -= 2 * fall * residual;
            for (var i = 0; i <= Beta; i++)
            {
                hessian[(Beta * n) + i] += gradient[i];
                hessian[(i * n) + Beta] += gradient[i];
            }
        }

        if (derivatives >= 1)
        {
            gradient[Mu] = (beta * gradient[Mu]) - (2 * news * residual);
            gradient[Omega] = (beta * gradient[Omega]) + 1;
            gradient[Alpha] = (beta * gradient[Alpha]) + (rise * residual * residual);
            gradient[Gamma] = (beta * gradient[Gamma]) + (fall * residual * residual);
            gradient[Beta] = (beta * gradient[Beta]) + state.Variance;
        }

        state.Variance = theta[Omega] + (news * residual * residual) + (beta * state.Variance);
    }

    /// <remarks>For innovations that fall as often as they rise.</remarks>
    public override double Persistence(ReadOnlySpan<double> theta) => (bySides ? theta[Alpha] / 2 : theta[Alpha]) + (theta[Gamma] / 2) + theta[Beta];

    /// <summary>With α = γ = 0 the variance is deterministic and β only says how fast it forgets its start: β is then held at 0.</summary>
    public override IEnumerable<(int Index, double Value)> Unidentified(ReadOnlySpan<double> theta) =>
        theta[Alpha] == 0 && theta[Gamma] == 0 ? [(Alpha, 0), (Gamma, 0), (Beta, 0)] : [];

    public override string WriteStep(OnnxGraphBuilder graph, ReadOnlySpan<double> theta, string residual, string variance)
    {
        var fall = graph.Node("Min", [residual, graph.Constant("zero", [0.0], [])]);
        var good = graph.Node("Mul", [graph.Constant("alpha", [theta[Alpha]], []), graph.Node("Mul", [residual, residual])]);
        var bad = graph.Node("Mul", [graph.Constant("gamma", [theta[Gamma]], []), graph.Node("Mul", [fall, fall])]);
        var memory = graph.Node("Mul", [graph.Constant("beta", [theta[Beta]], []), variance]);
        var news = graph.Node("Add", [graph.Node("Add", [graph.Constant("omega", [theta[Omega]], []), good]), bad]);
        return graph.Node("Add", [news, memory]);
    }
}
