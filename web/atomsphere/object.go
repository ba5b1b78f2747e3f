package atomsphere

import (
	"net/http"

	"packtide/release"
)

// side tells of which accounts an object is: those that publish, those that install, or both.
type side uint8

const (
	ofPublisher side = 1 << iota
	ofManaged
)

// object is one kind of thing of the API, with what may be done to it. A nil function is a verb that it does not have.
type object struct {
	name   string
	side   side
	get    func(*call, string) (thing, error)
	bulk   bool
	query  *queryable
	create func(*call, payload) (thing, error)
	update func(*call, string, payload) (thing, error)
	remove func(*call, string) error
	// removed is the answer to a removal; nil for none.
	removed any
}

// objects is everything that the API knows; a test walks it verb by verb.
var objects = []object{
	{
		name: "PublisherIntegrationPack", side: ofPublisher, get: (*call).publisherPack, bulk: true, query: &publisherPacks,
		create: (*call).createPublisherPack, update: (*call).updatePublisherPack, remove: (*call).deletePublisherPack,
	},
	{name: "ReleaseIntegrationPack", side: ofPublisher, create: (*call).createRelease, update: (*call).updateRelease},
	{name: "ReleaseIntegrationPackStatus", side: ofPublisher, get: (*call).releaseStatus, bulk: true},
	{name: "IntegrationPack", side: ofManaged, get: (*call).integrationPack, bulk: true, query: &integrationPacks},
	{
		name: "IntegrationPackInstance", side: ofManaged, get: (*call).instance, bulk: true, query: &instances,
		create: (*call).install, remove: (*call).uninstall,
	},
	{
		name: "IntegrationPackEnvironmentAttachment", side: ofManaged, query: &environmentAttachments,
		create: (*call).attachEnvironment, remove: (*call).detachEnvironment, removed: true,
	},
	{
		name: "AccountGroup", side: ofPublisher, get: (*call).accountGroup, bulk: true, query: &accountGroups,
		create: (*call).createGroup, update: (*call).renameGroup,
	},
	{name: "AccountGroupAccount", side: ofPublisher, query: &groupAccounts, create: (*call).addToGroup, remove: (*call).takeFromGroup},
	{
		name: "AccountGroupIntegrationPack", side: ofPublisher, get: (*call).groupPack, bulk: true, query: &groupPacks,
		create: (*call).addPackToGroup, remove: (*call).takePackFromGroup,
	},
	{
		name: "PackagedComponent", side: ofPublisher, get: (*call).packagedComponent, bulk: true, query: &packagedComponents,
		create: (*call).createPackaged, remove: (*call).deletePackaged,
	},
	{name: "PackagedComponentManifest", side: ofPublisher, get: (*call).manifest, bulk: true},
	{name: "ComponentMetadata", side: ofPublisher | ofManaged, get: (*call).metadata, bulk: true, query: &componentMetadata},
	{name: "Process", side: ofPublisher | ofManaged, get: (*call).process, bulk: true, query: &processes},
	{name: "Environment", side: ofPublisher | ofManaged, get: (*call).environment, bulk: true, query: &environments, create: (*call).createEnvironment},
	{name: "Account", side: ofPublisher | ofManaged, get: (*call).account, bulk: true, query: &accounts},
	{name: "AuditLog", side: ofPublisher | ofManaged, get: (*call).auditLog, bulk: true, query: &auditLogs},
}

// admits refuses who has no part in what the object is about.
func (o *object) admits(by release.Actor) error {
	if o.side&ofPublisher != 0 && by.ReadsPublisher() || o.side&ofManaged != 0 && by.ReadsManaged() {
		return nil
	}
	return errRole
}

// lacks is the refusal of a verb that the object does not have.
func (o *object) lacks(verb string) error { return bad("%s can't be used with %s.", verb, o.name) }

// maxBulk is how many ids one request may ask for.
const maxBulk = 100

func (c *call) get(o *object, id string) (int, any, error) {
	if o.get == nil {
		return 0, nil, o.lacks("GET")
	}
	t, err := o.get(c, id)
	if err != nil {
		return 0, nil, badID(o.name, id, err)
	}
	return statusIn(t), t, nil
}

// statusIn is the status that the thing itself tells of what it is about: a release that is still to come is 202.
func statusIn(t thing) int {
	if status, ok := t.get("responseStatusCode").(int); ok {
		return status
	}
	return http.StatusOK
}

// getMany asks for each id by itself; what is wrong with one is told with it.
func (c *call) getMany(o *object, body []byte) (int, any, error) {
	if !o.bulk {
		return 0, nil, o.lacks("A bulk GET")
	}
	p, err := parse(body)
	if err != nil {
		return 0, nil, err
	}
	kind, err := p.text("type")
	if err != nil {
		return 0, nil, err
	}
	asked, err := p.list("request")
	switch {
	case err != nil:
		return 0, nil, err
	case kind != "" && kind != "GET":
		return 0, nil, bad("A bulk request has the type GET.")
	case len(asked) == 0:
		return 0, nil, bad("Give the ids to read as request, a list of objects with an id each.")
	case len(asked) > maxBulk:
		return 0, nil, bad("A bulk request asks for at most %d ids; this one has %d.", maxBulk, len(asked))
	}
	responses := make([]thing, len(asked))
	for i, a := range asked {
		id, err := a.text("id")
		if err != nil {
			return 0, nil, err
		}
		if responses[i], err = c.oneOfMany(o, id); err != nil {
			return 0, nil, err
		}
	}
	return http.StatusOK, thing{"BulkResult", fields{{"response", responses}}}, nil
}

func (c *call) oneOfMany(o *object, id string) (thing, error) {
	status, answer, err := c.get(o, id)
	if err == nil {
		return thing{"BulkResponse", fields{{"Result", answer}, {"statusCode", status}, {"id", id}}}, nil
	}
	status, message := statusOf(err)
	if status >= http.StatusInternalServerError || c.ctx.Err() != nil {
		return thing{}, err
	}
	return thing{"BulkResponse", fields{{"id", id}, {"statusCode", status}, {"errorMessage", message}}}, nil
}

// change creates a thing, or with an id changes it.
func (c *call) change(o *object, id string, body []byte) (int, any, error) {
	p, err := parse(body)
	if err != nil {
		return 0, nil, err
	}
	var t thing
	switch {
	case id == "" && o.create == nil:
		return 0, nil, o.lacks("CREATE")
	case id != "" && o.update == nil:
		return 0, nil, o.lacks("UPDATE")
	case id == "":
		t, err = o.create(c, p)
	default:
		t, err = o.update(c, id, p)
		err = badID(o.name, id, err)
	}
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, t, nil
}

func (c *call) delete(o *object, id string) (int, any, error) {
	if o.remove == nil {
		return 0, nil, o.lacks("DELETE")
	}
	if err := o.remove(c, id); err != nil {
		return 0, nil, badID(o.name, id, err)
	}
	return http.StatusOK, o.removed, nil
}
