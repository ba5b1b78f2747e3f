package atomsphere

import (
	"packtide/release"
	"packtide/store"
)

var accounts = queryable{
	properties: map[string]kind{"accountId": aText, "name": aText, "status": aText, "dateCreated": anInstant},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		if id := f.equal("accountId"); id != "" || !c.by.ReadsPublisher() {
			if id == "" {
				id = c.by.Account.String()
			}
			t, err := c.account(id)
			return onlyOne(after, t, err)
		}
		return c.accountPage(f, after, limit)
	},
}

// accountPage are the managed accounts that the publisher may put into groups, behind its own account.
func (c *call) accountPage(f filter, after string, limit int) ([]row, error) {
	var rows []row
	if after == "" {
		own, err := c.reader.Account(c.ctx, c.by, c.by.Account)
		if err != nil {
			return nil, err
		}
		if !own.Managed { // else it is among the others
			rows = append(rows, row{release.ID{}.String(), accountThing(own)})
		}
	}
	id, name, err := idKey(after)
	if err != nil {
		return nil, err
	}
	found, err := c.reader.Accounts(c.ctx, c.by, store.AccountFilter{Query: f.part("name"), AfterName: name, AfterID: id, Limit: limit - len(rows)})
	for _, a := range found {
		rows = append(rows, row{a.ID.String() + a.Name, accountThing(a.Account)})
	}
	return rows, err
}

func accountThing(a release.Account) thing {
	t := thing{"Account", fields{{"accountId", a.ID.String()}, {"name", a.Name}, {"status", "active"}}}
	if !a.CreatedAt.IsZero() { // of others, only who they are is told
		t.fields = append(t.fields, field{"dateCreated", a.CreatedAt})
	}
	return t
}

// account is the caller's own, or one that a publisher may put into groups.
func (c *call) account(id string) (thing, error) {
	account, err := release.ParseID(id)
	if err != nil {
		return thing{}, err
	}
	a, err := c.reader.Account(c.ctx, c.by, account)
	return accountThing(a), err
}
